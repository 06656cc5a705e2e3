"""Row level security and grants as the statements that make them so. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import asyncpg

from ....supabase.tables.policies import API_ROLES, Grant, Policy, Security
from ..execute import quotes_a_line_break

WIDTH = 80
"""A statement longer than this has each of its clauses on a line of its own."""

BEFORE_A_WORD = re.compile(r"""('[^']*'|"[^"]*")|\s+(?=(?:and|or)\b)""", re.IGNORECASE)
"""Where a long condition may go on in a new line: not between quotes."""
MAY_HIDE_A_QUOTE = re.compile(r"\\|\$|--|/\*")

# As the driver is told: with another's, a `%` in a name would be written twice.
_names = asyncpg.dialect().identifier_preparer


def table_name(table: Table) -> str:
    """Return the name as SQL, in its schema if the model says one."""
    return _names.format_table(table)


def create_policy(table: str, policy: Policy) -> str:
    """Return the statement that makes *policy*."""
    roles = ", ".join(map(_role, policy.roles))
    clauses = [f"create policy {_names.quote_identifier(policy.name)} on {table}"]
    if policy.restrictive:
        clauses.append("as restrictive")
    clauses.append(f"for {policy.command} to {roles}")
    if policy.using is not None:
        clauses.append(_condition("using", policy.using))
    if policy.check is not None:
        clauses.append(_condition("with check", policy.check))
    return _lines(clauses)


def drop_policy(table: str, policy: Policy) -> str:
    """Return the statement that takes *policy* away."""
    return f"drop policy {_names.quote_identifier(policy.name)} on {table}"


def set_grants(what: str, grants: Iterable[Grant], roles: Iterable[str]) -> list[str]:
    """Return the statements that leave *roles* with exactly *grants* on `table public.notes`."""
    named = ", ".join(map(_role, sorted(roles, key=_order)))
    statements = [f"revoke all on {what} from {named}"]
    by_role: dict[tuple[str, bool], list[Grant]] = defaultdict(list)
    for grant in grants:
        by_role[grant.role, grant.passed_on].append(grant)
    by_privileges: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for (role, passed_on), granted in sorted(by_role.items(), key=lambda each: _order(each[0][0])):
        by_privileges[_privileges(granted), passed_on].append(_role(role))
    for (privileges, passed_on), to in by_privileges.items():
        option = ["with grant option"] if passed_on else []
        clauses = [f"grant {privileges}", f"on {what} to {', '.join(to)}", *option]
        statements.append(_lines(clauses))
    return statements


def set_switches(table: str, before: Security, after: Security) -> list[str]:
    """Return the statement that enables and forces row level security as *after* has it."""
    actions: list[str] = []
    if before.enabled != after.enabled:
        actions.append(f"{'enable' if after.enabled else 'disable'} row level security")
    if before.forced != after.forced:
        actions.append(f"{'force' if after.forced else 'no force'} row level security")
    return [f"alter table {table} {', '.join(actions)}"] if actions else []


def _privileges(grants: Iterable[Grant]) -> str:
    columns: dict[str, list[str]] = defaultdict(list)
    for grant in grants:
        columns[grant.privilege] += [] if grant.column is None else [grant.column]
    whole = {grant.privilege for grant in grants if grant.column is None}
    written: list[str] = []
    for privilege in sorted(columns, key=_order):
        if privilege in whole:
            written.append(privilege)
        if columns[privilege]:
            names = ", ".join(map(_names.quote, sorted(columns[privilege])))
            written.append(f"{privilege} ({names})")
    return ", ".join(written)


def _order(word: str) -> tuple[int, str]:
    usual = (*API_ROLES, "public", "select", "insert", "update", "delete")
    return (usual.index(word) if word in usual else len(usual), word)


def _role(name: str) -> str:
    return "public" if name == "public" else _names.quote(name)


def _condition(clause: str, condition: str) -> str:
    if quotes_a_line_break(condition):
        return f"{clause} ({condition}\n)"
    lines = condition.strip().splitlines()
    if len(lines) == 1 and len(lines[0]) >= WIDTH and not MAY_HIDE_A_QUOTE.search(condition):
        lines = BEFORE_A_WORD.sub(lambda match: match[1] or "\n", lines[0]).splitlines()
    # On lines of its own where it has several; it may also end in a comment.
    if len(lines) == 1 and len(lines[0]) < WIDTH and "--" not in lines[0]:
        return f"{clause} ({lines[0]})"
    return "\n".join([f"{clause} (", *(f"    {line.strip()}" for line in lines), ")"])


def _lines(clauses: list[str]) -> str:
    one = " ".join(clauses)
    return one if len(one) <= WIDTH and "\n" not in one else "\n".join(clauses)
