"""A dump, or a folder of Supabase's migrations, as statements that a revision can run.

What belongs to the session that made it stays out, and so do owners: whoever migrates owns all.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ..failure import Failure
from ..schema.scope import MANAGED
from .script import Statement, split
from .statements import BODIES_LATER, create_extension

KEPT_SETTINGS = {"search_path", "check_function_bodies", "standard_conforming_strings"}
"""What the meaning of a statement after them depends on. A newer server's have others."""

ROLES = {
    *("anon", "authenticated", "service_role", "public", "postgres", "authenticator"),
    *("supabase_auth_admin", "supabase_storage_admin"),
}
"""Those of every project, and of the stand-in."""

NAME = r'(?:"(?:[^"]|"")+"|[\w$]+)'
SET = re.compile(
    r"set\s+(?:session\s+)?(?!local\b|constraints\b)(\w+)\s*(?:=|\bto\b)\s*(.+)",
    re.IGNORECASE | re.DOTALL,
)
SET_CONFIG = re.compile(
    r"select\s+(?:pg_catalog\.)?set_config\('(\w+)',\s*('[^']*'),\s*false\)", re.IGNORECASE
)
DROPPED = re.compile(
    r"""(?:begin|commit|end|start\s+transaction)(?:\s+(?:work|transaction))?$
    | set\s+(?:session\s+)?(?:role|authorization)\b | reset\s | set\s+transaction\b
    | alter\s.+\sowner\s+to\s | comment\s+on\s+extension\s
    | alter\s+default\s+privileges\s+for\s+(?:role|user)\s+(?!"?postgres"?\s)
    | create\s+publication\s+"?supabase_realtime"?
    | alter\s+event\s+trigger\s | create\s+event\s+trigger\s""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
EXTENSION = re.compile(
    rf"create\s+extension\s+(?:if\s+not\s+exists\s+)?({NAME})(?:.*\bschema\s+({NAME}))?",
    re.IGNORECASE | re.DOTALL,
)
SCHEMA = re.compile(rf"create\s+schema\s+(?:if\s+not\s+exists\s+)?({NAME})\s*$", re.IGNORECASE)
GRANT = re.compile(
    r"(?:grant|revoke)\s.+\s(?:to|from)\s+(.+?)(?:\s+with\s.+|\s+granted\s.+|\s+cascade)?$",
    re.IGNORECASE | re.DOTALL,
)
MAKES = re.compile(
    rf"create\s+(?:or\s+replace\s+|unlogged\s+|materialized\s+)*"
    rf"(?:table|view|function|procedure|type|domain|sequence|aggregate|foreign\s+table)\s+"
    rf"(?:if\s+not\s+exists\s+)?({NAME})\s*\.\s*({NAME})",
    re.IGNORECASE,
)


def read_dump(path: Path) -> list[tuple[str, str]]:
    """Return each statement, with the file and line that it is from.

    Raises:
        Failure: nothing is there, or what is there cannot be run by a migration.
    """
    files = sorted(path.glob("*.sql")) if path.is_dir() else [path]
    if not files or not files[0].is_file():
        raise Failure(f"{path} is neither a file of SQL nor a folder of them")
    found: list[tuple[str, str]] = [(BODIES_LATER, path.name)]
    for file in files:
        found.append(("set local search_path to default", file.name))
        for statement in split(file.read_text(encoding="utf-8-sig"), file.name):
            where = f"{file.name}, line {statement.line}"
            found += [(text, where) for text in _cleaned(statement, where)]
    return found


def _cleaned(statement: Statement, where: str) -> Iterator[str]:
    text = statement.text
    if DROPPED.match(text):
        return
    if re.match(r"rollback\b", text, re.IGNORECASE):
        raise Failure(f"{where}: a revision is one transaction, which cannot be rolled back in it")
    if match := (SET.match(text) or SET_CONFIG.match(text)):
        if match[1].lower() in KEPT_SETTINGS:
            yield f"set local {match[1]} = {match[2]}"
    elif match := EXTENSION.match(text):
        yield create_extension(_bare(match[1]), _bare(match[2] or ""))
    elif match := SCHEMA.match(text):
        if not MANAGED.fullmatch(_bare(match[1])):
            yield f"create schema if not exists {match[1]}"
    elif match := GRANT.match(text):
        if {_bare(role.strip()).lower() for role in match[1].split(",")} <= ROLES:
            yield text
    else:
        _refuse_supabases(text, where)
        yield text


def _refuse_supabases(text: str, where: str) -> None:
    match = MAKES.match(text)
    if match and MANAGED.fullmatch(_bare(match[1])):
        raise Failure(
            f"{where}: {_bare(match[1])}.{_bare(match[2])} is Supabase's own: dump without it,"
            " `supabase db dump -f schema.sql`, or `pg_dump --schema-only --schema=public`"
        )


def _bare(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
