"""Why policies refuse a command: which one, and what it asks for. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from .case import Case, Verdict, listed
from .facts import Policy
from .trials import RECURSION, Results, Trials, Trouble, passing
from .wanted import told, wanted

UNKNOWN = "no login at hand sees all rows, so it is not known which policy refuses"
UNKNOWN_REMEDY = "set MIGRATIONS_DATABASE_URL to the login postgres"


def without_policy(case: Case, command: str) -> Verdict | None:
    """Say so if no permissive policy is on the role's *command*: then all is refused."""
    it = case.relation
    if any(policy.permissive for policy in it.judging(command)):
        return None
    permissive = [policy for policy in it.policies if policy.permissive]
    condition = "with check" if command == "insert" else "using"
    remedy = f"create policy ... on {it.title} for {command} to {case.role} {condition} (...)"
    if on_command := [policy for policy in permissive if policy.command in {"all", command}]:
        roles = ", ".join(sorted({role for policy in on_command for role in policy.roles}))
        sentence = f"{listed(on_command)} only to {roles}, and none is to {case.role}"
        return Verdict(command, "policy of another role", f"{sentence}: {NO_ROW}", remedy)
    if for_role := [policy for policy in permissive if policy.is_for_role]:
        commands = ", ".join(sorted({policy.command for policy in for_role}))
        sentence = f"{listed(for_role)} only for {commands}, and none is for {command}"
        return Verdict(command, "policy of another command", f"{sentence}: {NO_ROW}", remedy)
    only = ", only restrictive ones" if it.policies and not permissive else ""
    sentence = f"row level security is on, and {it.title} has no policy for {command}{only}"
    return Verdict(command, "no policy", f"{sentence}: {NO_ROW}", remedy)


NO_ROW = "every row is refused"


def without_right(case: Case, command: str) -> Verdict | None:
    """Say so if a policy needs what the role may not use: then the whole statement fails."""
    for policy in case.relation.judging(command):
        if policy.closed_functions:
            function = policy.closed_functions[0]
            return Verdict(
                command,
                "no execute of a function",
                f"policy {policy.name!r} calls {function}, which {case.role} may not execute: the"
                " statement fails",
                f"grant execute on function {function} to {case.role}",
            )
        if policy.closed_tables:
            table = policy.closed_tables[0]
            return Verdict(
                command,
                "no grant on a table of a policy",
                f"policy {policy.name!r} reads {table}, which {case.role} may not: the statement"
                " fails",
                f"grant select on {table} to {case.role}, or read it in a security definer"
                " function",
            )
    return None


def failing(case: Case, command: str, trouble: Trouble) -> Verdict:
    """Say which policy ends the statement with an error."""
    found = passing(case.trials, case.relation.judging(command), "using")
    told_best = found if isinstance(found, Trouble) else trouble
    return failed(command, told_best)


def failed(command: str, trouble: Trouble, statement: str = "the statement") -> Verdict:
    """Say that a policy ends the *statement* with an error."""
    sentence = f"{statement} fails with an error: {trouble.sentence}"
    if trouble.sqlstate == RECURSION:
        remedy = "read the table in a security definer function of a private schema instead"
        return Verdict(command, "a policy recurses", sentence, remedy)
    remedy = "correct what it calls, or handle that case in it"
    return Verdict(command, "a policy fails", sentence, remedy)


def refused(case: Case, command: str, tried_as: str) -> Verdict:
    """Say which of the policies on *command* let no row of the sample through."""
    trials, policies = case.trials, case.relation.judging(command)
    if not trials.sample:
        return Verdict(command, "unknown", UNKNOWN, UNKNOWN_REMEDY)
    found = passing(trials, policies, tried_as)
    if isinstance(found, Trouble):
        return failed(command, found)
    if any(found):
        sentence = "each policy lets some rows through, and no row passes all that it must"
        return Verdict(command, "unknown", sentence, "see which conditions hold, above")
    permissive = [policy for policy in policies if policy.permissive]
    if any(any(_results(trials, policy, tried_as)) for policy in permissive):
        return _restricted(case, command, policies, tried_as)
    verdict = _none_passes(case, command, permissive, tried_as)
    shut = [it for it in policies if not (it.permissive or any(_results(trials, it, tried_as)))]
    if not shut:
        return verdict
    and_then = f"; {listed(shut)} restrictive, and wants {_asks(case, shut, tried_as)}"
    return replace(verdict, sentence=f"{verdict.sentence}{and_then}")


def _restricted(case: Case, command: str, policies: Sequence[Policy], tried_as: str) -> Verdict:
    cutting = [
        policy
        for policy in policies
        if not policy.permissive and not all(_results(case.trials, policy, tried_as))
    ]
    sentence = (
        f"restrictive: {listed(cutting)} against every row that a permissive one lets through, and"
        f" wants {_asks(case, cutting, tried_as)}"
    )
    return Verdict(command, "restrictive policy", sentence, "give them what it asks, or change it")


def _none_passes(case: Case, command: str, policies: Sequence[Policy], tried_as: str) -> Verdict:
    conditions = " or ".join(dict.fromkeys(_condition(it, tried_as) for it in policies))
    if _wanted(policies):
        asks = _asks(case, policies, tried_as)
        sentence = f"no row passes: {listed(policies)} on the claim {asks}"
        remedy = "set the claim (app_metadata, or a hook) and sign in again, or change the policy"
        return Verdict(command, "wrong claim", sentence, remedy)
    if "sub" not in case.claims and any(_asks_who(policy, tried_as) for policy in policies):
        sentence = (
            f"no row passes: {listed(policies)} there, and without a token auth.uid() is null"
        )
        return Verdict(command, "no token", sentence, "sign in, or add a policy to anon")
    if tried_as != "using":
        row = "a row as it is" if command == "update" else "one with their name on it"
        sentence = f"{listed(policies)} there, and {row} does not pass its check: {conditions}"
        remedy = f"let the {command} set what the check asks for, or change the policy"
        return Verdict(command, "the check of a new row", sentence, remedy)
    looked = f"none of the {case.trials.sample} looked at"
    if not any(_asks_who(policy, tried_as) for policy in policies):
        sentence = f"no row passes: {listed(policies)} there, and {looked} meets {conditions}"
        return Verdict(command, "no row meets it", sentence, "change the policy, or the rows")
    sentence = f"no row passes: {listed(policies)} there, and {looked} is {case.name}'s"
    return Verdict(command, "rows of others", sentence, "nothing, if those rows are of others")


def _wanted(policies: Sequence[Policy]) -> list[tuple[str, ...]]:
    texts = (f"{it.using} {it.check} {it.sources}" for it in policies)
    return list(dict.fromkeys(path for text in texts for path in wanted(text)))


def _asks(case: Case, policies: Sequence[Policy], tried_as: str) -> str:
    paths = [told(path, case.claims) for path in _wanted(policies)]
    return "; ".join(paths or [_condition(it, tried_as) for it in policies])


def _asks_who(policy: Policy, tried_as: str) -> bool:
    """Whether it asks who the caller is, itself or in a function."""
    text = f"{_condition(policy, tried_as)} {policy.sources}"
    return any(word in text for word in ("uid()", "sub'"))


def _condition(policy: Policy, tried_as: str) -> str:
    return " ".join(policy.condition("select", on_new=tried_as != "using").split())


def _results(trials: Trials, policy: Policy, tried_as: str) -> Results:
    found = trials.of(policy, tried_as)
    return () if found is None or isinstance(found, Trouble) else found
