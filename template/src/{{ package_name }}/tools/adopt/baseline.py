"""The baseline revision: what was there before, in two files of SQL and a revision that runs them.

Self-contained: it depends on no code that may change.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from string import Template

from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from ..failure import Failure
from ..migrations.explain import explain

REVISION = Template('''\
"""What the database had before this project"""

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "$revision"
down_revision = $follows
branch_labels = None
depends_on = None

TABLES = (
$tables)
NOTED = "alembic.noted_$revision"
"""There where all of it was there before, and this revision made nothing."""


def upgrade() -> None:
    there = _there()
    if not there:
        _run("up")
    elif missing := [table for table in TABLES if table not in there]:
        msg = f"the database has {there[0]} and lacks {missing[0]}: adopt what it has now"
        raise RuntimeError(msg)
    else:
        op.execute("do 'begin raise notice ''all of it is there: only noted''; end'")
        op.execute(f"create table {NOTED} ()")


def downgrade() -> None:
    # What it did not make, it does not drop.
    if _there([NOTED]):
        op.execute(f"drop table {NOTED}")
    else:
        _run("down")


def _there(tables: Sequence[str] = TABLES) -> list[str]:
    """Return those that are there already; none when the SQL is only printed."""
    if op.get_context().as_sql:
        return []
    found = op.get_bind().execute(
        sa.text("select name from unnest(cast(:names as text[])) name where to_regclass(name) > 0"),
        {"names": [*tables]},
    )
    return [*found.scalars()]


def _run(way: str) -> None:
    # Queries wait behind a migration that waits for a table: it gives up soon.
    op.execute("set local lock_timeout = '5s'")
    script = Path(__file__).with_suffix(f".{way}.sql").read_text(encoding="utf-8")
    for statement in script.split(f"\\n-- {revision}\\n"):
        # It is no pattern with parameters.
        op.execute(sa.DDL(statement.replace("%", "%%")))
''')

INTRODUCTION = (
    "-- Yours, and run once: change what the database has by another revision. A line with the name"
    " of\n-- the revision ends a statement.\n"
)


@dataclass(frozen=True)
class Baseline:
    """What a baseline does."""

    tables: Sequence[str]
    """As SQL; where all of them are there, nothing is made."""
    up: Iterable[str]
    down: Iterable[str]


def files_of(baseline: Baseline, root: Path) -> dict[PurePath, str]:
    """Return the text of each file, by its path below the root.

    Raises:
        Failure: the revisions have no one end that it could follow.
    """
    revision = secrets.token_hex(6)
    name = f"{datetime.now(UTC):%Y%m%d_%H%M}_baseline_{revision}"
    follows = _head(root)
    lines = [f"    {table!r},\n" for table in baseline.tables]
    text = REVISION.substitute(
        revision=revision,
        follows="None" if follows is None else f'"{follows}"',
        tables="".join(lines),
    )
    folder = PurePath("migrations", "versions")
    return {
        folder / f"{name}.py": text,
        folder / f"{name}.up.sql": _script(baseline.up, revision),
        folder / f"{name}.down.sql": _script(baseline.down, revision),
    }


def _script(statements: Iterable[str], revision: str) -> str:
    return INTRODUCTION + f";\n-- {revision}\n".join(statements) + ";\n"


def _head(root: Path) -> str | None:
    config = Config(toml_file=root / "pyproject.toml")
    try:
        return ScriptDirectory.from_config(config).get_current_head()
    except CommandError as error:
        raise Failure(f"adopt: {explain(error)}") from error
