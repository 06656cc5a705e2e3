"""A table as a class, a view as one that only reads, a table without a key as a bare `Table`."""

import re
from collections.abc import Sequence

from ..schema.relations import Relation
from .columns import bare, mapped
from .constraints import table_arguments
from .conventions import base
from .literals import call, literal
from .module import Module
from .named_types import schema_of
from .plan import Planned
from .relationships import Relationship, write
from .types import SQLALCHEMY

PLAIN = re.compile(r"[\w ]+", re.ASCII)
SENTENCE = re.compile(r"[A-Z][\w ,;()'/-]{1,90}[.!?]?", re.ASCII)
"""A comment that can be a docstring as it is."""


def table_source(module: Module, planned: Planned, related: Sequence[Relationship]) -> str:
    """Return the statement that declares a table or a view."""
    _leave(module, planned)
    if not planned.is_class:
        return _bare_table(module, planned)
    parent = module.imports.name("..supabase", base(planned))
    lines = [f"class {planned.name}({parent}):", f'    """{_docstring(planned.relation)}"""', ""]
    lines.append(f"    __tablename__ = {literal(planned.relation.name)}")
    arguments = table_arguments(module, planned)
    if options := _options(planned):
        arguments.append(_dictionary(options))
    if arguments:
        lines.append(f"    __table_args__ = ({', '.join(arguments)},)")
    lines.append("")
    lines += [f"    {mapped(module, planned, column)}" for column in planned.relation.columns]
    if related:
        lines += ["", *(f"    {write(module, each)}" for each in related)]
    return "\n".join(lines)


def _bare_table(module: Module, planned: Planned) -> str:
    of_all = module.imports.name("..supabase", "Base")
    is_existing = base(planned) == "Existing"
    kind = ("..supabase", "ExistingTable") if is_existing else (SQLALCHEMY, "Table")
    columns = [bare(module, planned, column) for column in planned.relation.columns]
    options = _options(planned)
    if planned.is_view:
        options["info"] = '{"compared": False}'
    source = call(
        module.imports.name(*kind),
        literal(planned.relation.name),
        f"{of_all}.metadata",
        *columns,
        *table_arguments(module, planned),
        **options,
    )
    return f"{planned.name} = {source}"


def _options(planned: Planned) -> dict[str, str]:
    relation = planned.relation
    options = {"schema": schema_of(relation.schema)}
    options["comment"] = literal(relation.comment) if relation.comment else None
    if not planned.is_view:
        pairs = [each.split("=", 1) for each in relation.options]
        with_ = ", ".join(f"{literal(name)}: {literal(value)}" for name, value in pairs)
        options |= {
            "prefixes": '["UNLOGGED"]' if relation.unlogged else None,
            "postgresql_partition_by": _said(relation.partition_key),
            "postgresql_with": f"{{{with_}}}" if with_ else None,
            "postgresql_tablespace": _said(relation.tablespace),
            "postgresql_using": _said(relation.access_method),
        }
    return {name: value for name, value in options.items() if value}


def _said(value: str | None) -> str | None:
    return literal(value) if value else None


def _dictionary(options: dict[str, str]) -> str:
    pairs = ", ".join(f'"{name}": {value}' for name, value in options.items())
    return f"{{{pairs}}}"


def _docstring(relation: Relation) -> str:
    comment = (relation.comment or "").strip()
    if SENTENCE.fullmatch(comment):
        return comment if comment[-1] in ".!?" else f"{comment}."
    kind = "A row of the view" if "view" in relation.kind else "A row of"
    if PLAIN.fullmatch(relation.name) and relation.name.strip() == relation.name:
        return f"{kind} `{relation.name}`."
    return "A row of the view." if "view" in relation.kind else "A row of the table."


def _leave(module: Module, planned: Planned) -> None:
    """Tell what the class does not say of its table."""
    relation = planned.relation
    where = f"{relation.schema}.{relation.name}"
    if planned.is_view:
        options = f" ({', '.join(relation.options)})" if relation.options else ""
        module.leave(f"the {relation.kind} {where}{options}, with its columns' comments and grants")
        for index in relation.indexes:
            module.leave(f"the index {index.name} of {where}")
    for trigger in relation.triggers:
        module.leave(f"the trigger {trigger.name} of {where}")
    for parent in relation.inherits:
        module.leave(f"that {where} inherits {'.'.join(parent)}")
    for part in relation.partitions:
        _leave_partition(module, part)
    if relation.replica_identity not in {"default", "nothing"} and not planned.is_view:
        module.leave(f"the replica identity {relation.replica_identity} of {where}")
    for policy in relation.policies:
        if policy.comment:
            module.leave(f"the comment on the policy {policy.name} of {where}")


def _leave_partition(module: Module, part: Relation) -> None:
    of = ".".join(part.partition_of or ())
    module.leave(f"the partition {part.schema}.{part.name} of {of}: {part.partition_bound}")
    for each in part.partitions:
        _leave_partition(module, each)
