"""The tables that the project has models of already, each with the file that has it."""

import re
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from sqlalchemy import Table

from ...supabase.tables.model import Base
from ..failure import Failure
from ..migrations.environment import load_models
from ..migrations.explain import PACKAGE, explain
from .literals import literal
from .plan import DEFAULT_SCHEMA, Key


class Modelled(NamedTuple):
    """A class, or a `Table` that has none."""

    name: str
    file: Path


def modelled() -> dict[Key, Modelled]:
    """Import what every feature declares, and return the tables.

    Raises:
        Failure: a module cannot be imported.
    """
    try:
        load_models()
    except Failure:
        raise
    except Exception as error:
        raise Failure(f"models: the project cannot be imported: {explain(error)}") from error
    found: dict[Key, Modelled] = {}
    for name, module in sorted(sys.modules.items()):
        if name.startswith(f"{PACKAGE.name}.") and name.endswith(".model"):
            for thing_name, table in _tables(module):
                key = table.schema or DEFAULT_SCHEMA, table.name
                found.setdefault(key, Modelled(thing_name, Path(module.__file__ or "")))
    return found


def stub(table: Key, written: Collection[Path]) -> Path | None:
    """Return a file, none of those *written* now, with what a key needs of *table* and no more."""
    name = re.escape(literal(table[1]))
    pattern = re.compile(rf"\bTable\(\s*{name},[^#]*?\bkeep_existing=True")
    files = (each for each in PACKAGE.glob("*/model.py") if each not in written)
    return next((each for each in files if pattern.search(each.read_text("utf-8"))), None)


def _tables(module: ModuleType) -> Iterator[tuple[str, Table]]:
    """Yield what *module* itself declares, but for what only a foreign key needs."""
    for name, thing in vars(module).items():
        table = getattr(thing, "__table__", thing)
        is_written_here = getattr(thing, "__module__", module.__name__) == module.__name__
        if isinstance(table, Table) and table.metadata is Base.metadata and is_written_here:
            is_stub = thing is table and not table.info.get("compared", True)
            if not is_stub:
                yield name, table
