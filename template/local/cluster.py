"""The files of a Postgres shaped like a new Supabase project, before any server runs on them.

- `data/`: what initdb makes
- `supabase_admin.password`: the superuser's; nothing here logs in with it
- `postgres.password`: the one in `MIGRATIONS_DATABASE_URL`
- `born`: a digest of the SQL that it was born with
"""

import hashlib
import secrets
import shutil
import sys
from pathlib import Path

from . import programs
from .folder import write_private
from .problem import Problem

HERE = Path(__file__).parent
BOOTSTRAP = [HERE / "bootstrap.sql", *sorted(HERE.glob("*/schema.sql"))]
"""What makes the project, and what its services bring."""

LOGINS = ("postgres", "supabase_storage_admin")
"""The roles that log in with a password from the start, beside the superuser."""

FIRST_OID = 16384
"""The least number of an object that is not part of Postgres itself."""

# Upper and lower case beyond ASCII, as on Supabase. The wheel has no ICU, so it is the system's.
CTYPE = {"linux": "C.UTF-8", "darwin": "en_US.UTF-8"}.get(sys.platform, "C")


def prepare(folder: Path, *, fresh: bool, mark: str) -> None:
    """Have a whole cluster in *folder*: the one that is there unless *fresh*, or a new one.

    A kill at any moment leaves a whole one or none: what is half made or half removed lies beside
    it, under a name that nobody starts. *mark* tells its processes from others.
    """
    partial = folder.with_name(f"{folder.name}.partial")
    if partial.exists():
        shutil.rmtree(partial)
    if fresh and folder.exists():
        folder.rename(partial)
        shutil.rmtree(partial)
    if not folder.exists():
        _refuse_what_a_shell_reads(folder)
        _create(partial, mark)
        partial.rename(folder)
    if _read(folder / "born") != _digest():
        sys.stderr.write(
            "local: a new project looks different by now than this one did when it was made:"
            " `dev --fresh` makes it anew, without its data\n"
        )


def password(folder: Path, role: str) -> str:
    """Read the password that *role* was born with.

    Raises:
        Problem: the role was not known yet when the cluster was made.
    """
    try:
        return (folder / f"{role}.password").read_text(encoding="utf-8")
    except FileNotFoundError:
        why = f"{folder} was made before there was a {role}: start with --fresh"
        raise Problem(why) from None


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _digest() -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in BOOTSTRAP)).hexdigest()


def _refuse_what_a_shell_reads(folder: Path) -> None:
    """Postgres' initdb hands both paths to a shell, in quotes that keep blanks together only."""
    for path, remedy in (
        (folder, "move the project elsewhere"),
        (programs.folder(), "make the virtual environment elsewhere"),
    ):
        if sys.platform != "win32" and set(str(path)) & set('$`"\\'):
            raise Problem(f'{path} has one of $ ` " \\ in its path: {remedy}')


def _create(folder: Path, mark: str) -> None:
    folder.mkdir(mode=0o700)
    write_private(folder / "born", _digest())
    for role in ("supabase_admin", *LOGINS):
        # Without characters that SQL or a URL would have to quote.
        write_private(folder / f"{role}.password", secrets.token_urlsafe(24))
    programs.run(
        "initdb",
        f"--pgdata={folder / 'data'}",
        "--username=supabase_admin",
        f"--pwfile={folder / 'supabase_admin.password'}",
        # Never `trust`: any user of this machine can reach a port of it.
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        f"--lc-ctype={CTYPE}",
        # Nothing in it is worth a wait yet, and a broken one is made again by --fresh.
        "--no-sync",
        f"--set=cluster_name={mark}",
    )
    # In single-user mode the numbers of Postgres's own objects go on, and row level security is not
    # for those: without this, no policy on a table of ours would ever be asked.
    programs.run("pg_resetwal", f"--next-oid={FIRST_OID}", folder / "data")
    statements = [file.read_text(encoding="utf-8").rstrip() for file in BOOTSTRAP]
    statements += [f"alter role {role} password '{password(folder, role)}';" for role in LOGINS]
    # In single-user mode the superuser needs no port and no password, and stdin shows no secret
    # to those who list processes.
    programs.run(
        "postgres",
        "--single",
        "-j",  # a statement ends at a semicolon before an empty line
        *("-D", folder / "data"),
        *("-c", "exit_on_error=on"),
        *("-c", f"cluster_name={mark}"),
        "postgres",
        stdin="\n\n".join(statements) + "\n",
    )
