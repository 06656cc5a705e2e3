"""What `doctor --as` prints: an explanation as text for a person, or as data for programs."""

import json
from collections.abc import Iterator
from typing import Any

from ...supabase.database.secrets import secrets_of
from ...supabase.database.settings import DatabaseSettings
from ..failure import Failure
from ..schema.printable import printable
from .case import Case, Verdict, number
from .explain import Explanation, explain
from .facts import Policy
from .person import Asked
from .trials import Trouble
from .verdicts import reading


def tell(
    settings: DatabaseSettings, asked: Asked, table: str | None, command: str, *, as_json: bool
) -> str:
    """Explain what somebody sees of *table*, or of all tables.

    Raises:
        Failure: nobody was named, or nobody could be asked.
    """
    if not asked.user:
        raise Failure(f"doctor: whose view of {table}? Add --as with an email, a UUID or anon")
    found = explain(settings, asked, table, command=command)
    # A policy, or a pooler on the way, says what it likes in an error.
    secrets = secrets_of(settings)
    if as_json:
        return json.dumps(secrets.hide_in(as_data(found)), indent=2)
    return secrets.hide(as_text(found))


def as_text(explanation: Explanation) -> str:
    """Return it in lines; the last one is the verdict."""
    return "\n".join(printable(line).rstrip() for line in _lines(explanation))


def as_data(explanation: Explanation) -> dict[str, Any]:
    """Return it as JSON takes it."""
    acting = explanation.acting
    return {
        "user": acting.person.name,
        "role": acting.role,
        "uid": acting.uid,
        "claims": acting.person.claims,
        "notes": list(acting.notes),
        "tables": [_table(case) for case in explanation.cases],
        "commands": {name: _verdict(it) for name, it in explanation.verdicts.items()},
        "verdict": _verdict(explanation.verdict) if explanation.verdict else None,
    }


def _lines(explanation: Explanation) -> Iterator[str]:
    acting = explanation.acting
    yield f"{acting.person.name} acts as {acting.role}; auth.uid() is {acting.uid or 'null'}"
    yield f"claims    {json.dumps(acting.person.claims, ensure_ascii=False)}"
    for note in acting.notes:
        yield f"note      {note}"
    yield ""
    if explanation.verdict is None:
        yield from _list(explanation.cases)
        return
    yield from _details(explanation.cases[0])
    yield ""
    for command, verdict in explanation.verdicts.items():
        yield f"{command:8}  {_mark(verdict)}  {verdict.sentence}"
        for each in verdict.also:
            yield f"{'':8}  also  {each}"
    yield ""
    verdict = explanation.verdict
    remedy = f"; {verdict.remedy}" if verdict.remedy else ""
    yield (
        f"verdict: {verdict.command}: {verdict.cause}: {verdict.sentence}{remedy}{_also(verdict)}"
    )


def _also(verdict: Verdict) -> str:
    """Return the one thing, or where a table with many checks has them in a line each."""
    if not verdict.also:
        return ""
    number = len(verdict.also)
    told = verdict.also[0] if number == 1 else f"the {number} lines of {verdict.command} above"
    return f"; also has to hold: {told}"


def _mark(verdict: Verdict) -> str:
    return "ok  " if verdict.is_fine else "FAIL"


def _list(cases: tuple[Case, ...]) -> Iterator[str]:
    rows = [(case.relation.title, reading(case)) for case in cases]
    width = max((len(printable(title)) for title, _ in rows), default=0)
    for title, verdict in rows:
        yield f"{_mark(verdict)}  {printable(title):{width}}  {verdict.sentence}"
    if not rows:
        yield "there is no table of the project's in this database"


def _details(case: Case) -> Iterator[str]:
    it = case.relation
    switch = "forced" if it.forced and it.row_security else "on" if it.row_security else "off"
    bypassed = ", bypassed" if it.row_security and not it.is_judged else ""
    rls = f"; row level security is {switch}{bypassed}" if it.is_table else ""
    yield f"{it.title}    {it.kind} of {it.owner}{rls}"
    yield f"grants    {_grants(case)}"
    for policy in it.policies:
        yield from _policy(case, policy)
    if not it.policies and it.is_table:
        yield "policies  none"
    yield f"rows      {case.name} sees {number(case.trials.seen)} of {case.rows_there()}"


def _grants(case: Case) -> str:
    it = case.relation
    if not it.usage:
        return f"none: no usage of the schema {it.schema}"
    parts = [*it.granted]
    for command in ("select", "insert", "update"):
        names = [column.name for column in it.columns if command in column.granted]
        if names and command not in it.granted:
            parts.append(f"{command} ({', '.join(names)})")
    return " ".join(parts) or "none"


def _policy(case: Case, policy: Policy) -> Iterator[str]:
    kind = "permissive" if policy.permissive else "restrictive"
    roles = ", ".join(policy.roles)
    applies = "" if policy.is_for_role else f", not to {case.role}"
    yield f"policy    {policy.name}: {kind}, for {policy.command}, to {roles}{applies}"
    for tried_as, label, condition in (
        ("using", "using", policy.using),
        ("insert", "check of a new row of theirs", policy.condition("insert")),
        ("update", "check of a row as it is", policy.condition("update", on_new=True)),
    ):
        if (found := case.trials.of(policy, tried_as)) is None or condition is None:
            continue
        if isinstance(found, Trouble):
            yield f"          {label} fails: {found.sentence}"
        else:
            yield f"          {label} holds for {sum(found)} of {len(found)} rows: {condition}"


def _table(case: Case) -> dict[str, Any]:
    it, seen = case.relation, case.trials.seen
    return {
        "schema": it.schema,
        "name": it.name,
        "kind": it.kind,
        "row_security": it.row_security,
        "forced": it.forced,
        "judged": it.is_judged,
        "granted": list(it.granted),
        "rows": case.trials.there,
        "seen": seen if isinstance(seen, int) else None,
        "policies": [
            {
                "name": policy.name,
                "command": policy.command,
                "permissive": policy.permissive,
                "roles": list(policy.roles),
                "applies": policy.is_for_role,
                "using": policy.using,
                "check": policy.check,
            }
            for policy in it.policies
        ],
        "select": _verdict(reading(case)),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "command": verdict.command,
        "cause": verdict.cause,
        "sentence": verdict.sentence,
        "remedy": verdict.remedy,
        "fine": verdict.is_fine,
        "also": list(verdict.also),
    }
