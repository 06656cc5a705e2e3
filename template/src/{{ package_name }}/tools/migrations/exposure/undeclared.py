"""The names of what is reachable and not as it is declared, for a test that asks nothing else."""

from pathlib import Path

from sqlalchemy import Connection, MetaData

from ..ours import ours
from .autogenerate import exposure
from .known import known


def undeclared(connection: Connection, metadata: MetaData, migrations: Path) -> list[str]:
    """Return what `exposed()` would name; *migrations* has the patterns of what is not ours."""
    said = known(connection, metadata, ours(metadata, migrations, ()))
    return [each.what for each in exposure(connection, metadata, said)]
