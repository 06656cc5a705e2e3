"""Each statement as each person, in a transaction that is rolled back."""

import json
from collections.abc import Mapping

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from ...migrations.explain import sqlstate
from . import statements
from .statements import MANY
from .target import Outcome, Person, Routine, Target, Tried

BECOME = text("""
    select set_config('request.jwt.claims', :claims, true),
           set_config('request.jwt.claim', '', true),
           set_config('request.jwt.claim.sub', '', true),
           set_config('request.jwt.claim.role', '', true),
           set_config('request.jwt.claim.email', '', true),
           set_config('role', :role, true)
""")
READ_ONLY = text("select set_config('transaction_read_only', 'on', true)")
"""For one savepoint: no sequence advances."""

NO_RIGHT, REFUSED, MAY = "-", "refused", "may"
NEXT = "nextval("
GENERATED = "428C9"
WRITES = "error 25006"
"""In a transaction that only reads."""
BY_A_CONSTRAINT = "23"
"""The class of what constraints refuse: by then the policies have let it through."""


def try_relation(connection: Connection, target: Target, persons: list[Person]) -> Outcome:
    """Return what each of *persons* can do to the rows of *target*."""
    if target.risk:
        tried = [_by_grants(target, person) for person in persons]
        return Outcome(target.object, "?", tried, f"not tried: {target.risk}")
    rows = _attempt(connection, statements.count(target), reads=True)
    is_large = isinstance(rows, int) and rows > MANY
    outcome = Outcome(target.object, _number(rows))
    if target.triggers and not target.may_switch_triggers:
        outcome.note = "writes not tried: this login cannot keep its triggers from acting"
    for person in persons:
        tried = _by_grants(target, person)
        row = _row(connection, target, person)
        with connection.begin_nested() as savepoint:
            if not outcome.note and target.can_be_written:
                for statement in statements.without_triggers(target):
                    connection.exec_driver_sql(statement)
                become(connection, person)
                _write(connection, target, person, tried, row=row, is_large=is_large)
            savepoint.rollback()
        with connection.begin_nested() as savepoint:
            become(connection, person)
            if tried.read != NO_RIGHT:
                tried.read = _number(_attempt(connection, statements.count(target), reads=True))
            savepoint.rollback()
        outcome.tried.append(tried)
    return outcome


def try_routine(connection: Connection, routine: Routine, person: Person) -> str:
    """Return what a call answers, or why there is none."""
    if person.role not in routine.roles:
        return NO_RIGHT
    if not routine.is_harmless:
        return "may call; not called: it may write"
    if routine.takes_arguments:
        return "may call; not called: it takes arguments"
    with connection.begin_nested() as savepoint:
        become(connection, person)
        call = f"select count(*) from (select from {routine.call} limit {MANY + 1}) as seen"  # noqa: S608  # as the catalogue has it
        answer = _attempt(connection, call, reads=True)
        savepoint.rollback()
    if isinstance(answer, int):
        return f"answers {_number(answer)} row{'' if answer == 1 else 's'}"
    if answer == WRITES:
        return "may call; it writes, which was refused here"
    refused = answer in {NO_RIGHT, REFUSED}
    return "may call; refused in it" if refused else f"may call; it fails: {answer}"


def become(connection: Connection, person: Person) -> None:
    """Let the rest of the savepoint run as *person*."""
    claims = {"role": person.role} | ({"sub": person.sub, "aud": person.role} if person.sub else {})
    connection.execute(BECOME, {"role": person.role, "claims": json.dumps(claims)})


def _write(  # noqa: PLR0913  # all that is known of it
    connection: Connection,
    target: Target,
    person: Person,
    tried: Tried,
    *,
    row: Mapping[str, str] | None,
    is_large: bool,
) -> None:
    if tried.insert != NO_RIGHT:
        tried.insert = _inserted(connection, target, person, row)
    if is_large:
        # As many dead rows as it has would be left behind: the policies are asked by locks.
        if tried.update != NO_RIGHT and person.role in target.may_read:
            tried.update = _number(_attempt(connection, statements.lock(target)))
        return
    nothing = {each.name: "null" for each in target.columns}
    for update in statements.updates(target, person, row or nothing):
        tried.update = _changed(_attempt(connection, update))
        if tried.update != f"error {GENERATED}":
            break
    delete = statements.delete(target, person)
    if delete:
        tried.delete = _changed(_attempt(connection, delete))


def _inserted(
    connection: Connection, target: Target, person: Person, row: Mapping[str, str] | None
) -> str:
    """Return whose row they may add; one that is there already is refused, by a constraint."""
    nothing = {each.name: "null" for each in target.columns}
    for word, own in (("any", False), ("own", True)):
        statement = statements.insert(target, person, row or nothing, own=own)
        answer = _attempt(connection, statement) if statement else REFUSED
        if answer == MAY:
            return MAY
        if answer not in {NO_RIGHT, REFUSED} and _changed(answer) in {"1", "yes"}:
            return word
    # A row of nulls that is refused does not tell what another would meet.
    return REFUSED if row is not None else "? (no row to copy)"


def _by_grants(target: Target, person: Person) -> Tried:
    """Return what they have a privilege for."""
    may = {
        "read": person.role in target.may_read,
        "insert": any(person.role in each.insert for each in target.columns),
        "update": any(person.role in each.update for each in target.columns),
        "delete": person.role in target.may_delete,
    }
    return Tried(person.label, **{what: MAY if it else NO_RIGHT for what, it in may.items()})


def _row(connection: Connection, target: Target, person: Person) -> dict[str, str] | None:
    """Return a row as literals; None where there is none, or this login sees none."""
    if not target.columns:
        return None
    try:
        with connection.begin_nested():
            found = connection.exec_driver_sql(statements.sample(target, person)).first()
    except DBAPIError:
        return None
    names = [each.name for each in target.columns]
    return dict(zip(names, found, strict=True)) if found else None


def _attempt(connection: Connection, statement: str, *, reads: bool = False) -> int | str:
    """Return the number of rows, or the SQLSTATE of the refusal, and take it back."""
    with connection.begin_nested() as savepoint:
        try:
            if reads:
                connection.execute(READ_ONLY)
            elif _counts(connection, statement):
                return MAY
            result = connection.exec_driver_sql(statement)
            return int(result.scalar_one()) if result.returns_rows else result.rowcount
        except DBAPIError as error:
            return _refusal(error)
        finally:
            savepoint.rollback()


def _counts(connection: Connection, statement: str) -> bool:
    """Whether it would take a number of a sequence, which no rollback gives back.

    The plan has each default, also those of the tables below a view, and what a rule does besides.
    """
    plan = connection.exec_driver_sql(f"explain (verbose, costs off) {statement}")
    return any(NEXT in line for line in plan.scalars())


def _refusal(error: DBAPIError) -> str:
    state = sqlstate(error) or ""
    if state == "42501":
        return NO_RIGHT if "permission denied" in str(error.orig) else REFUSED
    return "yes" if state.startswith(BY_A_CONSTRAINT) else f"error {state}"


def _changed(answer: int | str) -> str:
    return answer if isinstance(answer, str) else _number(answer)


def _number(answer: int | str) -> str:
    return f"{MANY}+" if isinstance(answer, int) and answer > MANY else str(answer)
