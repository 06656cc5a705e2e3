"""Why a person reads what they read: one cause, one sentence, and the remedy. Pure."""

from .case import Case, Verdict, number
from .person import HAS_RLS
from .refusals import failing, refused, without_policy, without_right
from .trials import Trouble

IN_CODE = "nothing here, since only this project's code tells people apart"


def reading(case: Case) -> Verdict:
    """Say what the person reads."""
    return closed(case, "select") or _view(case) or open_to_all(case, "select") or _judged(case)


def closed(case: Case, command: str) -> Verdict | None:
    """Say what no policy is asked for, since a grant is missing."""
    it, role = case.relation, case.role
    if not it.usage:
        return Verdict(
            command,
            "no usage of the schema",
            f"{role} may not use the schema {it.schema}, so nothing in it",
            f"grant usage on schema {it.schema} to {role}",
        )
    if it.may(command):
        return None
    sentence = f"{role} has no grant to {command} on {it.title}; policies are not asked"
    remedy = f"grant {command} on {it.title} to {role}"
    # What would stop them next.
    if it.is_table and it.is_judged and (stuck := without_policy(case, command)):
        sentence = f"{sentence}, and would refuse it too: {stuck.sentence}"
        remedy = f"{remedy}; {stuck.remedy}"
    return Verdict(command, "no grant", sentence, remedy)


def _view(case: Case) -> Verdict | None:
    it, seen = case.relation, case.trials.seen
    if it.is_table:
        return None
    if isinstance(seen, Trouble):
        return failing(case, "select", seen)
    rows = f"{number(seen)} of {case.rows_there()}"
    if it.kind != "view":
        return Verdict(
            "select",
            "no policies on its kind",
            f"{it.title} is a {it.kind}, which has no policies: whoever has the grant reads all"
            f" of its {case.rows_there()}",
            "revoke it, and show rows by a table or a view with security_invoker",
            is_fine=True,
        )
    if it.security_invoker:
        return Verdict(
            "select",
            "view of the caller",
            f"{it.title} has security_invoker: {case.name} reads {rows}, by the policies of the"
            " tables under it",
            "explain those tables",
            is_fine=True,
        )
    return Verdict(
        "select",
        "view of its owner",
        f"{it.title} lacks security_invoker: {case.name} reads {rows}, as its owner {it.owner}"
        " does, and no policy under it is asked about them",
        f"alter view {it.title} set (security_invoker = true)",
        is_fine=True,
    )


def open_to_all(case: Case, command: str) -> Verdict | None:
    """Say so if no policy holds the role back."""
    it, rows = case.relation, case.rows_there()
    what = f"reads all {rows}" if command == "select" else f"may {command} any row"
    if not it.row_security:
        return Verdict(
            command,
            "row level security is off",
            f"row level security is off on {it.title}: whoever has the grant {what}",
            f"alter table {it.title} enable row level security" if HAS_RLS else IN_CODE,
            is_fine=True,
        )
    if not it.is_judged:
        why = "may bypass row level security" if it.bypasses else f"owns {it.title}"
        remedy = (
            f"alter role {case.role} nobypassrls"
            if it.bypasses
            else (f"alter table {it.title} force row level security")
        )
        sentence = f"{case.role} {why}, so no policy holds it back: it {what}"
        return Verdict(command, "policies are bypassed", sentence, remedy, is_fine=True)
    return None


def _judged(case: Case) -> Verdict:
    seen = case.trials.seen
    if stuck := without_policy(case, "select") or without_right(case, "select"):
        return stuck
    if isinstance(seen, Trouble):
        return failing(case, "select", seen)
    if seen:
        return _seeing(case, seen)
    if seen is None:
        return Verdict("select", "unknown", "what they see could not be counted in time")
    if case.trials.there == 0:
        return Verdict(
            "select",
            "empty",
            f"{case.relation.title} is truly empty: there is no row to see",
            "insert one",
            is_fine=True,
        )
    return refused(case, "select", "using")


def _seeing(case: Case, seen: int) -> Verdict:
    shut = case.relation.closed_columns("select")
    rows = f"{number(seen)} of {case.rows_there()}"
    if shut:
        return Verdict(
            "select",
            "no grant on a column",
            f"{case.name} sees {rows}, but {case.role} has no grant on {', '.join(shut)}: a query"
            " that names one, or *, is refused",
            f"grant select ({', '.join(shut)}) on {case.relation.title} to {case.role}",
        )
    return Verdict("select", "fine", f"{case.name} sees {rows}", is_fine=True)
