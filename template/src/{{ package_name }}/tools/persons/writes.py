"""Which policy refuses a write, and which one what a write gives back. Pure."""

from dataclasses import replace

from .case import Case, Verdict
from .refusals import failed, failing, refused, without_policy, without_right
from .trials import Trouble, passing
from .verdicts import closed, open_to_all


def writing(case: Case, command: str) -> Verdict:
    """Say what becomes of the person's *command*."""
    verdict = _written(case, command)
    return verdict if not verdict.is_fine else _unread(case, verdict)


def _unread(case: Case, verdict: Verdict) -> Verdict:
    """Add what reading the row asks for, which a condition does, and RETURNING."""
    it, role, command = case.relation, case.role, verdict.command
    what = "RETURNING" if command == "insert" else "a condition or RETURNING"
    if not it.may("select"):
        return Verdict(
            command,
            "no grant to select",
            f"{role} may {command}, but has no grant to select on {it.title}: with {what} it is"
            " refused",
            f"grant select on {it.title} to {role}, or leave {what} out",
        )
    if shut := it.closed_columns("select"):
        names = f"{role} has no grant to select {', '.join(shut)}"
        return replace(
            verdict, sentence=f"{verdict.sentence}; {names}: with one in {what} it is refused"
        )
    return verdict


def _written(case: Case, command: str) -> Verdict:
    it = case.relation
    if stopped := closed(case, command) or _sequence(case, command):
        return stopped
    if not it.is_table:
        sentence = f"{it.title} is a {it.kind}: what a write does, its own rules decide"
        return Verdict(command, "no policies on its kind", sentence, is_fine=True)
    if free := open_to_all(case, command):
        return _columns(case, command) or free
    if stuck := without_policy(case, command) or without_right(case, command):
        return stuck
    if recursion := case.trials.recursion.get(command):
        return failing(case, command, recursion)
    return _columns(case, command) or (
        _inserting(case) if command == "insert" else _changing(case, command)
    )


def _sequence(case: Case, command: str) -> Verdict | None:
    shut = [it.closed_sequence for it in case.relation.columns if it.closed_sequence]
    if command != "insert" or not shut:
        return None
    sentence = f"the default of a column takes its number from {shut[0]}, which is closed"
    remedy = f"grant usage on sequence {shut[0]} to {case.role}"
    return Verdict(command, "no grant on a sequence", f"{sentence} to {case.role}", remedy)


def _columns(case: Case, command: str) -> Verdict | None:
    """Say which columns a write may not name, where the grant is by column."""
    shut = case.relation.closed_columns(command) if command in {"insert", "update"} else []
    if not shut:
        return None
    may = [it.name for it in case.relation.columns if command in it.granted]
    stuck = _stuck(case, shut) if command == "insert" else []
    no_way = f"; and one that leaves out {', '.join(stuck)}, too" if stuck else ""
    leave = "" if stuck else "leave them out, or "
    return Verdict(
        command,
        "grant by column",
        f"{case.role} may {command} {', '.join(may)} alone: a statement that sets"
        f" {', '.join(shut)} is refused{no_way}",
        f"{leave}grant {command} ({', '.join(shut)}) on {case.relation.title}",
        is_fine=not stuck,
    )


def _stuck(case: Case, shut: list[str]) -> list[str]:
    """Return which of the *shut* columns a new row needs, and nothing but a value fills."""
    if any(it.fills and "insert" in it.commands for it in case.relation.demands):
        return []
    return [name for name in case.relation.needed() if name in shut]


def _inserting(case: Case) -> Verdict:
    it, trials = case.relation, case.trials
    if not trials.sample:
        sentence = "there is no row that could be tried as a new one"
        return Verdict("insert", "unknown", sentence, "insert one, and ask again")
    through = passing(trials, it.judging("insert"), "insert")
    if isinstance(through, Trouble) or not any(through):
        return refused(case, "insert", "insert")
    back = passing(trials, it.judging("select"), "select")
    if isinstance(back, Trouble):
        return failed("insert", back, "the insert passes its own policies, but with RETURNING it")
    if not any(map(all, zip(through, back, strict=True))):
        return _returning(case, "insert")
    sentence = "a new row of theirs passes, and comes back by RETURNING"
    return Verdict("insert", "fine", sentence, is_fine=True)


def _returning(case: Case, command: str) -> Verdict:
    policies = [it.name for it in case.relation.judging("select")]
    named = ", ".join(map(repr, policies)) or "no policy"
    return Verdict(
        command,
        "the select policy behind RETURNING",
        f"the {command} passes its own policies, and with RETURNING it is refused all the same: the"
        f" new row must be visible, and for select there is {named}",
        f"let the select policies of {case.relation.title} show the row, or leave RETURNING out",
    )


def _changing(case: Case, command: str) -> Verdict:
    it, trials = case.relation, case.trials
    if trials.there == 0:
        sentence = f"there is no row in {it.title} to {command}"
        return Verdict(command, "empty", sentence, is_fine=True)
    touched = passing(trials, it.judging(command), "using")
    if not trials.sample or isinstance(touched, Trouble) or not any(touched):
        return refused(case, command, "using")
    visible = passing(trials, it.judging("select"), "using")
    if isinstance(visible, Trouble):
        return failed(command, visible, f"the {command} with a condition, or with RETURNING,")
    both = [one and other for one, other in zip(visible, touched, strict=True)]
    if not any(both):
        sentence = (
            f"the policies for {command} let rows through, but none that {case.name} sees: a"
            " condition, or RETURNING, needs both"
        )
        remedy = f"let the select policies of {it.title} show the row"
        return Verdict(command, "the select policy behind it", sentence, remedy)
    return _kept(case, command, both)


def _kept(case: Case, command: str, both: list[bool]) -> Verdict:
    """Say whether a row may stay as it is, which the check of an update is asked."""
    trials = case.trials
    if command == "update":
        kept = passing(trials, case.relation.judging("update"), "update")
        if isinstance(kept, Trouble) or not any(map(all, zip(both, kept, strict=True))):
            return refused(case, command, "update")
    count = f"{sum(both)} of the {trials.sample} rows looked at"
    return Verdict(command, "fine", f"{case.name} may {command} {count}", is_fine=True)
