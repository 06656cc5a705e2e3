"""The files of a Postgres shaped like a new Supabase project, before any server runs on them.

- `data/`: what initdb makes
- `supabase_admin.password`: the superuser's; nothing here logs in with it
- `postgres.password`: the one in `DATABASE_URL`
"""

import secrets
import shutil
import sys
from pathlib import Path

from . import programs
from .folder import write_private

BOOTSTRAP = Path(__file__).with_name("bootstrap.sql")

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
        _create(partial, mark)
        partial.rename(folder)


def password(folder: Path, role: str) -> str:
    """Read the password that *role* was born with."""
    return (folder / f"{role}.password").read_text(encoding="utf-8")


def _create(folder: Path, mark: str) -> None:
    folder.mkdir(mode=0o700)
    for role in ("supabase_admin", "postgres"):
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
        stdin=BOOTSTRAP.read_text(encoding="utf-8")
        + f"\n\nalter role postgres password '{password(folder, 'postgres')}';\n",
    )
