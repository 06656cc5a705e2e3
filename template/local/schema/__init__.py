"""The SQL that makes a project, and how a cluster without a server runs it.

A file never changes once a version brought it. What is new comes in a file with the next number,
which an older cluster runs when it is started.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from .. import programs

HERE = Path(__file__).parent


def read_schema() -> dict[str, str]:
    """Return the SQL of each file by its name, in the order of their numbers."""
    files = sorted(HERE.glob("*.sql"), key=lambda file: int(file.name.partition("_")[0]))
    # As text: how Git ends lines on this machine makes no difference.
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def digests_of(schema: Mapping[str, str]) -> dict[str, str]:
    """Return what tells whether a file is still the one that a cluster ran."""
    return {name: hashlib.sha256(sql.encode()).hexdigest() for name, sql in schema.items()}


def run_sql(data: Path, statements: list[str], *, mark: str) -> None:
    """Run *statements* as the superuser on a folder of data that no server uses.

    In single-user mode the superuser needs no port and no password, and stdin shows no secret to
    those who list processes.
    """
    programs.run(
        "postgres",
        "--single",
        "-j",  # a statement ends at a semicolon before an empty line
        *("-D", data),
        *("-c", "exit_on_error=on"),
        *("-c", f"cluster_name={mark}"),
        "postgres",
        stdin="\n\n".join(statement.rstrip() for statement in statements) + "\n",
    )
