"""Whether an expression in the database is the declared one, told without changing anything.

Postgres keeps an expression parsed and gives it back in words of its own, so the texts differ. But
it plans both alike when they are the same, and `explain` shows a plan with every name resolved.
What a plan leaves out is compared by the words of the two texts.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, text

Verdict = Literal["same", "different", "cannot tell"]

Side = tuple[str, str, str]
"""A kind, a table or a type, and one of the two texts."""


class Question(NamedTuple):
    """Whether *declared* and *stored* are the same on a row of *table*.

    A default has no row: there *table* is the type that it is made to be.
    """

    table: str
    declared: str
    stored: str
    kind: Literal["condition", "value", "default"] = "condition"


FORMS = {
    # As a value, none is left out for being true of every row, or of no row. As a filter, a
    # subquery becomes a join, which before Postgres 17 alone shows what `in` compares.
    "condition": ("select ({says}) from {table}", "select 1 from {table} where ({says})"),
    "value": ("select ({says}) from {table}",),
    "default": ("select cast(({says}) as {table})",),
}
"""What is planned of an expression, by the kind of it."""

ASK = text("select set_config('expressions.asked', :asked, true)")
HEAR = text("select current_setting('expressions.plans')")
SHOWS_SUBPLANS = text("select current_setting('server_version_num')::int >= 170000")
# One round trip however many there are; a text that does not parse fails by itself.
EXPLAIN = r"""
do $do$
declare
    statement text;
    plan json;
    plans json[] := '{}';
begin
    -- Policies for this very login would be planned too, and hide what is compared.
    perform set_config('row_security', 'off', true);
    for statement in
        select jsonb_array_elements_text(current_setting('expressions.asked')::jsonb)
    loop
        plan := null;
        begin
            execute 'explain (verbose, costs off, format json) ' || statement into plan;
            -- So that what it locked is free again: hundreds of tables have thousands of indexes.
            raise exception using errcode = 'XX000', message = 'planned';
        exception when others then
            null;
        end;
        plans := array_append(plans, plan);
    end loop;
    perform set_config('expressions.plans', array_to_json(plans)::text, true);
end
$do$
"""

LEAVES_OUT = re.compile(r'"(?:Limit|LockRows|Unique|Values Scan|WindowAgg)"')
"""Nodes of a plan whose numbers, values or columns `explain` does not show."""
LEAVES_OUT_BEFORE_17 = re.compile(LEAVES_OUT.pattern + r"|SubPlan \d+\)")
"""Also what a subquery that is no join is compared with."""

UNMET = '"One-Time Filter": "false"'

WORD = re.compile(
    r"""
    --[^\n]*
    | ::\s*(?:"[^"]+"|[\w.]+)(?:\ varying|\ precision|\ with(?:out)?\ time\ zone)?
        (?:\(\d[\d,\s]*\))?(?:\[\])*        # a cast
    | \bas\s+(?:"[^"]+"|\w+)                # a name for a result
    | [a-z_]\w*\s*\.(?=[\w"])               # what a name belongs to
    | [\s()]+
    | (?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*")
    | (?P<word>\w+(?:\.\d+)?|.)
    """,
    re.IGNORECASE | re.VERBOSE,
)

REWRITES = [
    (re.compile(r"([\w.]+)\s+not\s+in\b", re.IGNORECASE), r"not \1 in"),
    (re.compile(r"\b(\w+)\s+\1_\d+\b"), r"\1"),  # the second `cards` is called cards_1
]


def compare(connection: Connection, questions: Iterable[Question]) -> dict[Question, Verdict]:
    """Answer each of *questions*; a text that is declared as it is stored is always the same.

    It cannot tell where a plan leaves something out and the words differ, or where the login may
    not read a table. A condition that does not parse, yet, is different.
    """
    asked = sorted(set(questions))
    verdicts: dict[Question, Verdict] = {
        each: "same" for each in asked if each.declared == each.stored
    }
    open_ = [each for each in asked if each not in verdicts]
    if not open_:
        return verdicts
    sides = sorted({(each.kind, each.table, side) for each in open_ for side in each[1:3]})
    plans = _plans(connection, sides)
    hides = LEAVES_OUT if connection.scalar(SHOWS_SUBPLANS) else LEAVES_OUT_BEFORE_17
    for each in open_:
        declared, stored = (plans[each.kind, each.table, side] for side in each[1:3])
        verdicts[each] = _verdict(each, declared, stored, hides)
    return verdicts


def _plans(connection: Connection, sides: list[Side]) -> dict[Side, list[str]]:
    """Return the plans of each of *sides*, "null" for one that cannot be had."""
    forms = [(side, form) for side in sides for form in FORMS[side[0]]]
    # A text may end in a comment.
    statements = [form.format(table=side[1], says=f"{side[2]}\n") for side, form in forms]
    connection.execute(ASK, {"asked": json.dumps(statements)})
    connection.exec_driver_sql(EXPLAIN)
    heard: list[Any] = json.loads(connection.scalar(HEAR) or "[]")
    plans: dict[Side, list[str]] = {side: [] for side in sides}
    for (side, _), plan in zip(forms, heard, strict=True):
        # Beside the plan stand numbers that are not about the expression.
        plans[side].append(json.dumps(plan and plan[0]["Plan"]))
    return plans


def _verdict(
    question: Question, declared: list[str], stored: list[str], hides: re.Pattern[str]
) -> Verdict:
    readable = "null" not in stored
    if readable and declared != stored:
        return "different"
    # As a condition that no row can meet it is not planned any further.
    hidden = hides.search(stored[0] if UNMET in stored[-1] else stored[-1])
    if readable and not hidden:
        return "same"
    return "same" if _words(question.declared) == _words(question.stored) else "cannot tell"


def _words(condition: str) -> list[str]:
    for written, rewritten in REWRITES:
        condition = written.sub(rewritten, condition)
    every = WORD.finditer(condition)
    return [word for each in every if (word := each["quoted"] or (each["word"] or "").lower())]
