"""The type of a column: what its values are in Python, and how SQLAlchemy says it."""

import re
from typing import NamedTuple

from ..schema.catalogue import Enum
from ..schema.relations import TypeName
from .literals import call, literal
from .module import Module

SQLALCHEMY, POSTGRESQL = "sqlalchemy", "sqlalchemy.dialects.postgresql"


class Typed(NamedTuple):
    """How a type is written."""

    annotation: str
    source: str
    """Empty where the annotation of a class says it."""
    implied: tuple[str, str] = ("", "")
    """What says it elsewhere: a module, and a name in it."""
    has_words: bool = False
    """It takes `collation=`."""
    is_counted: bool = False
    """SQLAlchemy takes it for a number that a key may count."""
    is_text: bool = False
    """Its values travel as text, and so do lists of it."""


class Known(NamedTuple):
    """A type of Postgres' and its class, which takes the modifiers as they are."""

    name: str
    annotation: str
    module: str = POSTGRESQL
    is_implied: bool = False
    has_words: bool = False
    is_counted: bool = False


KNOWN = {
    "bool": Known("Boolean", "bool", SQLALCHEMY, is_implied=True),
    "int2": Known("SmallInteger", "int", SQLALCHEMY, is_counted=True),
    "int4": Known("Integer", "int", SQLALCHEMY, is_implied=True, is_counted=True),
    "int8": Known("BigInteger", "int", SQLALCHEMY, is_counted=True),
    "float4": Known("REAL", "float", SQLALCHEMY),
    "float8": Known("Double", "float", SQLALCHEMY),
    "numeric": Known("Numeric", "Decimal", SQLALCHEMY),
    "text": Known("Text", "str", SQLALCHEMY, has_words=True),
    "varchar": Known("String", "str", SQLALCHEMY, has_words=True),
    "uuid": Known("Uuid", "UUID", SQLALCHEMY, is_implied=True),
    "bytea": Known("LargeBinary", "bytes", SQLALCHEMY),
    "date": Known("Date", "dt.date", SQLALCHEMY),
    "json": Known("JSON", "Any"),
    "jsonb": Known("JSONB", "Any"),
    "inet": Known("INET", "IPv4Address | IPv6Address | IPv4Interface | IPv6Interface"),
    "cidr": Known("CIDR", "IPv4Network | IPv6Network"),
    "macaddr": Known("MACADDR", "str"),
    "macaddr8": Known("MACADDR8", "str"),
    "money": Known("MONEY", "str"),
    "oid": Known("OID", "int"),
    "tsvector": Known("TSVECTOR", "str"),
    "tsquery": Known("TSQUERY", "str"),
    "citext": Known("CITEXT", "str"),
    "hstore": Known("HSTORE", "dict[str, str | None]"),
    "int4range": Known("INT4RANGE", "Range[int]"),
    "int8range": Known("INT8RANGE", "Range[int]"),
    "numrange": Known("NUMRANGE", "Range[Decimal]"),
    "daterange": Known("DATERANGE", "Range[dt.date]"),
    "tsrange": Known("TSRANGE", "Range[dt.datetime]"),
    "tstzrange": Known("TSTZRANGE", "Range[dt.datetime]"),
    "int4multirange": Known("INT4MULTIRANGE", "MultiRange[int]"),
    "int8multirange": Known("INT8MULTIRANGE", "MultiRange[int]"),
    "nummultirange": Known("NUMMULTIRANGE", "MultiRange[Decimal]"),
    "datemultirange": Known("DATEMULTIRANGE", "MultiRange[dt.date]"),
    "tsmultirange": Known("TSMULTIRANGE", "MultiRange[dt.datetime]"),
    "tstzmultirange": Known("TSTZMULTIRANGE", "MultiRange[dt.datetime]"),
}
OF_EXTENSIONS = {"citext", "hstore"}
VECTORS = {"vector", "halfvec"}

INTERVAL = re.compile(r"interval(?: ([a-z ]+?))?(?:\((\d)\))?")
WHERE = {
    "dt": ("datetime", "dt"),
    "UUID": ("uuid", "UUID"),
    "Decimal": ("decimal", "Decimal"),
    "Any": ("typing", "Any"),
    **{
        name: ("ipaddress", name)
        for kind in ("Address", "Interface", "Network")
        for name in (f"IPv4{kind}", f"IPv6{kind}")
    },
    "BitString": (POSTGRESQL, "BitString"),
    "Range": (POSTGRESQL, "Range"),
    "MultiRange": (f"{POSTGRESQL}.ranges", "MultiRange"),
}
"""Where the names of annotations come from."""

ON_THE_PATH = re.compile(r"^(?:public|extensions)\.")
"""Schemas that every login of ours looks in."""


def typed(module: Module, type_: TypeName) -> Typed:
    """Return how *module* says *type_*."""
    if not type_.dimensions:
        return _scalar(module, type_)
    item = _scalar(module, _element(type_))
    if item.is_text:
        return _as_text(module, type_)
    annotation = f"list[{item.annotation}]" if type_.dimensions == 1 else "list[{Any}]"
    array = module.imports.name(POSTGRESQL, "ARRAY")
    if type_.kind == "domain":  # no type checker knows what its values are
        array = f"{array}[{annotated(module, item)}]"
    return Typed(annotation, call(array, spelled(module, item)))


def spelled(module: Module, type_: Typed) -> str:
    """Return a type where no annotation says it."""
    return type_.source or module.imports.name(*type_.implied)


def _element(type_: TypeName) -> TypeName:
    sql = re.sub(r"(\[\])+$", "", type_.sql)
    return TypeName(type_.schema, type_.name, type_.modifiers, 0, type_.kind, type_.extension, sql)


def _scalar(module: Module, type_: TypeName) -> Typed:
    key = type_.schema, type_.name
    if named := module.plan.types.get(key):
        module.define_type(key)
        if isinstance(named.of, Enum):
            return Typed(named.alias, named.constant)
        return Typed(typed(module, named.of.type).annotation, named.constant)
    if type_.schema == "pg_catalog" or type_.name in OF_EXTENSIONS:
        if known := KNOWN.get(type_.name):
            return _known(module, type_, known)
        if special := SPECIAL.get(type_.name):
            return special(module, type_)
    if type_.name in VECTORS and type_.extension:
        vector = module.imports.name("..supabase", "Vector")
        arguments = [*type_.modifiers] or ([] if type_.name == "vector" else ["None"])
        name = [] if type_.name == "vector" else [literal(type_.name)]
        return Typed("list[float]", call(vector, *arguments, *name), is_text=True)
    return _as_text(module, type_)


def _known(module: Module, type_: TypeName, known: Known) -> Typed:
    annotation = _annotation(known.annotation)
    implied = (known.module, known.name)
    if known.is_implied:
        return Typed(annotation, "", implied, known.has_words, known.is_counted)
    name = module.imports.name(*implied)
    source = call(name, *type_.modifiers) if type_.modifiers else name
    return Typed(annotation, source, implied, known.has_words, known.is_counted)


def annotated(module: Module, type_: Typed) -> str:
    """Return an annotation with what it needs imported."""

    def here(match: re.Match[str]) -> str:
        if match[1] == "dt":
            return module.imports.module("datetime", "dt")
        return module.imports.name(*WHERE[match[1]])

    return re.sub(r"\{(\w+)\}", here, type_.annotation)


def _annotation(annotation: str) -> str:
    """Mark what would have to be imported: a name of the database may be the same."""
    return re.sub(
        r"\w+", lambda word: f"{{{word[0]}}}" if word[0] in WHERE else word[0], annotation
    )


def _as_text(module: Module, type_: TypeName) -> Typed:
    name = module.imports.name("..supabase", "AsText")
    source = call(name, literal(ON_THE_PATH.sub("", type_.sql)))
    return Typed("str", source, is_text=True)


def _character(module: Module, type_: TypeName) -> Typed:
    if not type_.modifiers:
        return _as_text(module, type_)
    name = module.imports.name(SQLALCHEMY, "CHAR")
    return Typed("str", call(name, *type_.modifiers), has_words=True)


def _bits(module: Module, type_: TypeName) -> Typed:
    name = module.imports.name(POSTGRESQL, "BIT")
    return Typed("{BitString}", call(name, *type_.modifiers, varying=_said(type_.name == "varbit")))


def _interval(module: Module, type_: TypeName) -> Typed:
    match = INTERVAL.fullmatch(type_.sql)
    fields, precision = match.groups() if match else (None, None)
    if fields and ("month" in fields or "year" in fields):
        return _as_text(module, type_)  # Python has no months
    said = {"fields": literal(fields.upper()) if fields else None, "precision": precision}
    annotation = _annotation("dt.timedelta")
    name = module.imports.name(POSTGRESQL, "INTERVAL")
    return Typed(annotation, call(name, **said) if any(said.values()) else name)


def _moment(module: Module, type_: TypeName) -> Typed:
    is_time = type_.name.startswith("time") and not type_.name.startswith("timestamp")
    zoned = _said(type_.name.endswith("tz"))
    annotation = _annotation("dt.time" if is_time else "dt.datetime")
    if type_.modifiers:
        name = module.imports.name(POSTGRESQL, "TIME" if is_time else "TIMESTAMP")
        return Typed(annotation, call(name, timezone=zoned, precision=type_.modifiers[0]))
    name = module.imports.name(SQLALCHEMY, "Time" if is_time else "DateTime")
    return Typed(annotation, call(name, timezone=zoned) if zoned else name)


def _said(value: bool) -> str | None:  # noqa: FBT001  # a word of its own
    return "True" if value else None


SPECIAL = {
    "bpchar": _character,
    "bit": _bits,
    "varbit": _bits,
    "interval": _interval,
    "time": _moment,
    "timetz": _moment,
    "timestamp": _moment,
    "timestamptz": _moment,
}
"""Types whose classes say more than their modifiers."""
