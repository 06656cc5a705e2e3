"""What is reachable and not as it is declared, for those that ask nothing else."""

from pathlib import Path

from sqlalchemy import Connection, MetaData

from ....supabase.tables.policies import API_ROLES
from ..ours import Ours, ours
from .autogenerate import exposure
from .catalogue import Reachable, read_reachable
from .known import Known, known, watched


def undeclared(connection: Connection, metadata: MetaData, migrations: Path) -> list[str]:
    """Return what `exposed()` would name; *migrations* has the patterns of what is not ours."""
    every = read_reachable(connection, watched(metadata))
    said = known(connection, metadata, ours(metadata, migrations, ()), every)
    return [each.what for each in exposure(every, said)]


def beside_tables(connection: Connection, metadata: MetaData, own: Ours) -> list[Reachable]:
    """Return what else than a table the API reaches and has no declaration, and every schema."""
    every = read_reachable(connection, API_ROLES)
    said = known(connection, metadata, own, every)
    return [each for each in every if each.what not in said.meant and _is_asked(each, said)]


def _is_asked(found: Reachable, said: Known) -> bool:
    if found.kind == "schema":
        return True
    is_table = found.kind == "table" and not found.parent
    return bool(found.grants) and not is_table and said.wanted(found) not in (None, found.grants)
