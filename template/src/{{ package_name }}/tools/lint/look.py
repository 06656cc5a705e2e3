"""The `lint` command: ask the advisories of the database that the settings name."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from ...supabase.database.secrets import secrets_of
from ...supabase.database.settings import DatabaseSettings
from ..failure import Failure
from ..schema.look import read_with
from ..unmigrated import once_migrated
from .printed import as_json, as_text
from .probe import printed as probe_printed
from .probe.probe import probe as try_all_of
from .read import FOLDER, Report, load_declarations, read_report
from .sarif import as_sarif

Form = Literal["text", "json", "sarif"]


def lint(
    settings: DatabaseSettings,
    root: Path,
    form: Form,
    out: Path | None = None,
    *,
    migrate: str = "migrate",
) -> bool:
    """Tell what is wrong where migrations log in, or else the service; all at one moment.

    Return whether anything is an error. *out* is written instead of stdout.

    Raises:
        Failure: the database cannot be reached or read, or has nothing of this project before
            the command *migrate* was run; or a declaration has a mistake.
    """

    def look(connection: Connection) -> Report:
        with ThreadPoolExecutor(1) as meanwhile:
            loading = meanwhile.submit(load_declarations)
            return read_report(connection, loading.result, root / "migrations")

    report = read_with(settings, once_migrated(look, migrate, who="lint"), who="lint")
    write(_told(report, root, form), out)
    return report.has_errors


def probe(
    settings: DatabaseSettings,
    _: Path,
    form: Form,
    out: Path | None = None,
    *,
    migrate: str = "migrate",
) -> bool:
    """Tell what anon, a stranger and an owner can do to rows; all of it is rolled back.

    Return that it found no error: what they should be able to do, a person knows.

    Raises:
        Failure: the database cannot be reached or has nothing of this project yet, or the login
            may not act as them.
    """
    if form == "sarif":
        raise Failure("lint: --probe finds nothing to put into SARIF: leave out one of the two")
    outcomes, called = try_all_of(settings, migrate)
    secrets = secrets_of(settings)
    outcomes = [replace(each, note=secrets.hide(each.note)) for each in outcomes]
    tell = probe_printed.as_json if form == "json" else probe_printed.as_text
    write(tell(outcomes, called), out)
    return False


def write(text: str, out: Path | None) -> None:
    """Write *text* to the file *out*, or to stdout.

    Raises:
        Failure: the file cannot be written.
    """
    if out is None:
        sys.stdout.write(f"{text}\n")
        return
    try:
        out.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise Failure(f"lint: {out} cannot be written: {error.strerror}") from error


def _told(report: Report, root: Path, form: Form) -> str:
    if form == "sarif":
        is_here = FOLDER.is_relative_to(root)
        return as_sarif(report, (FOLDER.relative_to(root) if is_here else FOLDER).as_posix())
    return as_json(report) if form == "json" else as_text(report)
