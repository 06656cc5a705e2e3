"""What `pg_dump --schema-only` says of a database, object by object."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from local import programs
from sqlalchemy import make_url

HEADER = re.compile(r"^-- Name: (.*?); Type: (.*?); Schema: (.*?); Owner: .*$", re.MULTILINE)

Entry = tuple[str, str, str]
"""Type, schema and name."""


def dump_text(url: str, programs_of: Path) -> str:
    """Return what it prints."""
    address = make_url(url).set(query={}).render_as_string(hide_password=False)
    options = ["--schema-only", "--no-owner", "--exclude-schema=auth"]
    done = subprocess.run(  # noqa: S603  # a program of Postgres
        [programs_of / "pg_dump", *options, f"--dbname={address}"],
        capture_output=True,
        encoding="utf-8",
        env=programs.environment(),
        check=True,
    )
    return done.stdout


def dump(url: str, programs_of: Path) -> dict[Entry, str]:
    """Return the statements of each object."""
    return entries(dump_text(url, programs_of))


def entries(text: str) -> dict[Entry, str]:
    """Return the statements of each object in the *text* of a dump."""
    parts = HEADER.split(text)
    found: dict[Entry, str] = {}
    for name, type_, schema, body in zip(*(parts[i::4] for i in range(1, 5)), strict=False):
        lines = [
            line for line in body.splitlines() if line.strip() and not line.startswith(("--", "\\"))
        ]
        lines = [line for line in lines if not line.startswith("SET default_")]
        if type_ == "ACL":
            lines.sort()
        entry = (type_, schema, name)
        found[entry] = "\n".join(filter(None, [found.get(entry), *lines]))
    return found
