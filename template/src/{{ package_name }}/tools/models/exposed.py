"""What the API reaches beside the tables, as the lines that say that it is meant. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from ...supabase.tables.grants import in_words
from ...supabase.tables.policies import Grant
from ..migrations.exposure import Reachable
from ..migrations.ours import DEFAULT
from ..schema.relations import Relation
from .literals import call, literal
from .module import Module
from .policies import grants_source, refusal

REASON = "the database had it so when its models were written"


def exposed_source(module: Module, found: Reachable) -> str:
    """Return the line that leaves open what was *found*."""
    every = sorted(found.grants, key=lambda each: (each.role, each.privilege, each.column or ""))
    return call(
        module.imports.name("..supabase", "exposed"),
        literal(found.what),
        grants=grants_source(in_words(every)) or "{}",
        because=literal(REASON),
    )


def exposures(every: Iterable[Reachable], relations: Sequence[Relation]) -> list[Reachable]:
    """Return those that need a line: no policies of a table say it of them."""
    tables = {f"{each.schema}.{each.name}": each for each in relations}
    return [each for each in every if not _follows(each, tables)]


def _follows(found: Reachable, tables: Mapping[str, Relation]) -> bool:
    """Whether the grants on a table bring what was *found* with them."""
    table = tables.get(found.parent.table) if found.parent else None
    if table and refusal(table):
        return True
    if found.kind == "schema":
        inside = (each for each in tables.values() if each.schema == found.schema)
        roles = {grant.role for each in inside if not refusal(each) for grant in each.grants}
    elif found.kind == "sequence" and table and found.parent and not found.parent.is_inner:
        columns = (None, found.parent.column)
        inserts = (each for each in table.grants if each.privilege == "insert")
        roles = {each.role for each in inserts if each.column in columns}
    else:
        return False
    if found.name == DEFAULT:
        roles |= {each.role for each in found.grants if each.privilege == "usage"}
    return found.grants == frozenset(Grant(role, "usage") for role in roles)
