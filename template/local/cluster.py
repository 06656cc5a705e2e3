"""The files of a Postgres shaped like a new Supabase project, before any server runs on them.

- `data/`: what initdb makes
- `supabase_admin.password`: the superuser's; nothing here logs in with it
- `postgres.password`: the one in `MIGRATIONS_DATABASE_URL`
- `schema.json`: which files of `schema/` it ran, with their digests
"""

import json
import os
import secrets
import shutil
import sys
from pathlib import Path

from . import programs
from .folder import write_private
from .problem import Problem
from .schema import digests_of, read_schema, run_sql

LOGINS = ("postgres", "supabase_storage_admin")
"""The roles that log in with a password, beside the superuser."""

FIRST_OID = 16384
"""The least number of an object that is not part of Postgres itself."""

# Upper and lower case beyond ASCII, as on Supabase. The wheel has no ICU, so it is the system's.
CTYPE = {"linux": "C.UTF-8", "darwin": "en_US.UTF-8"}.get(sys.platform, "C")


def prepare(folder: Path, *, fresh: bool, mark: str) -> None:
    """Have a whole cluster in *folder*: the one that is there unless *fresh*, or a new one.

    What came with the template since it was made is run on it, and its rows are kept. A kill at
    any moment leaves a whole cluster, before or after that, or none: what is half made or half
    removed lies beside it, under a name that nobody starts. *mark* tells its processes from others.
    """
    _tidy(folder)
    if fresh and folder.exists():
        _remove(folder, _partial(folder))
    if not folder.exists():
        _refuse_what_a_shell_reads(folder)
        _create(_partial(folder), mark)
        _partial(folder).rename(folder)
        return
    schema = read_schema()
    known, applied = digests_of(schema), _applied(folder)
    new = [name for name in schema if name not in applied]
    # Only one that is what it was at that time can be what it is now.
    if new and applied and applied.items() <= known.items():
        _adopt(folder, {name: schema[name] for name in new}, mark)
    elif applied != known:
        _say(
            "a new project looks different by now than this one did when it was made:"
            " `dev --fresh` makes it anew, without its data"
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


def _partial(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.partial")


def _former(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.former")


def _tidy(folder: Path) -> None:
    """Undo what a kill left half done."""
    partial, former = _partial(folder), _former(folder)
    if former.exists() and not folder.exists():
        former.rename(folder)
    if partial.exists():
        shutil.rmtree(partial)
    if former.exists():
        _remove(former, partial)


def _remove(whole: Path, partial: Path) -> None:
    """Remove a cluster; while half of it is left, it has the name of none."""
    whole.rename(partial)
    shutil.rmtree(partial)


def _applied(folder: Path) -> dict[str, str]:
    file = folder / "schema.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def _say(what: str) -> None:
    sys.stderr.write(f"local: {what}\n")


def _refuse_what_a_shell_reads(folder: Path) -> None:
    """Postgres' initdb hands both paths to a shell, in quotes that keep blanks together only."""
    for path, remedy in (
        (folder, "move the project elsewhere"),
        (Path(sys.prefix), "make the virtual environment elsewhere"),
    ):
        if sys.platform != "win32" and set(str(path)) & set('$`"\\'):
            raise Problem(f'{path} has one of $ ` " \\ in its path: {remedy}')


def _create(folder: Path, mark: str) -> None:
    folder.mkdir(mode=0o700)
    _make_password(folder, "supabase_admin")
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
    _apply(folder, read_schema(), mark)


def _apply(folder: Path, schema: dict[str, str], mark: str) -> None:
    """Run files of the schema, and give each login that has no password yet its own."""
    statements = [*schema.values()]
    for role in LOGINS:
        if not (folder / f"{role}.password").exists():
            _make_password(folder, role)
            statements.append(f"alter role {role} password '{password(folder, role)}';")
    run_sql(folder / "data", statements, mark=mark)
    record = _applied(folder) | digests_of(schema)
    write_private(folder / "schema.json", json.dumps(record, indent=2) + "\n")


def _make_password(folder: Path, role: str) -> None:
    # Without characters that SQL or a URL would have to quote.
    write_private(folder / f"{role}.password", secrets.token_urlsafe(24))


def _adopt(folder: Path, schema: dict[str, str], mark: str) -> None:
    """Run what is new in a copy, and let that take the place of *folder*."""
    partial, former, names = _partial(folder), _former(folder), ", ".join(schema)
    _copy(folder, partial)
    try:
        _apply(partial, schema, mark)
    except Problem as problem:
        shutil.rmtree(partial)
        _say(
            f"{names}, new in local/schema/, cannot be run on the data that are there, which stay"
            f" as they are ({problem}): `dev --fresh` makes all anew, without them"
        )
        return
    _sync(partial)
    folder.rename(former)
    partial.rename(folder)
    _remove(former, partial)
    _say(f"ran {names}, new in local/schema/, on the data that were there")


def _copy(folder: Path, target: Path) -> None:
    """Copy a cluster, each file with its owner: as root, that of `data/` is another."""
    # The server that wrote its pid there has gone: a new one would ask who has that number now.
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("postmaster.pid"))
    if sys.platform != "win32" and os.geteuid() == 0:
        for path in (target, *target.rglob("*")):
            status = (folder / path.relative_to(target)).stat()
            os.chown(path, status.st_uid, status.st_gid)


def _sync(folder: Path) -> None:
    """Have all of it on disk before the power may go: what it was copied from is removed next."""
    programs.run("initdb", "--sync-only", f"--pgdata={folder / 'data'}")
    for path in folder.iterdir():
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file)
