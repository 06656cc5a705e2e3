"""Whether an expression in the database is the declared one, told without changing anything.

Postgres keeps an expression parsed and gives it back in words of its own, so the texts differ. But
it plans both alike when they are the same, and `explain` shows a plan with every name resolved.
What a plan leaves out is compared by the words of the two texts.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, text

Verdict = Literal["same", "different", "cannot tell"]


class Question(NamedTuple):
    """Whether *declared* and *stored* are the same condition on a row of *table*."""

    table: str
    declared: str
    stored: str


ASK = text("select set_config('expressions.asked', :asked, true)")
HEAR = text("select current_setting('expressions.plans')")
SHOWS_SUBPLANS = text("select current_setting('server_version_num')::int >= 170000")
# One round trip however many there are; a text that does not parse fails by itself.
EXPLAIN = r"""
do $do$
declare
    condition record;
    form text;
    plan json;
    plans json[] := '{}';
begin
    -- Policies for this very login would be planned too, and hide what is compared.
    perform set_config('row_security', 'off', true);
    for condition in
        select each ->> 0 as on_table, (each ->> 1) || chr(10) as says
        from jsonb_array_elements(current_setting('expressions.asked')::jsonb) each
    loop
        -- As a value, none is left out for being true of every row, or of no row. As a filter, a
        -- subquery becomes a join, which before Postgres 17 alone shows what `in` compares.
        foreach form in array array['select (%2$s) from %1$s', 'select 1 from %1$s where (%2$s)']
        loop
            begin
                execute 'explain (verbose, costs off, format json) '
                    || format(form, condition.on_table, condition.says) into plan;
            exception when others then
                plan := null;
            end;
            plans := array_append(plans, plan);
        end loop;
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
    sides = sorted({(each.table, side) for each in asked for side in each[1:]})
    plans = dict(zip(sides, _plans(connection, sides), strict=True))
    hides = LEAVES_OUT if connection.scalar(SHOWS_SUBPLANS) else LEAVES_OUT_BEFORE_17
    verdicts: dict[Question, Verdict] = {}
    for each in asked:
        declared, stored = plans[each.table, each.declared], plans[each.table, each.stored]
        verdicts[each] = _verdict(each, declared, stored, hides)
    return verdicts


def _plans(connection: Connection, sides: list[tuple[str, str]]) -> Iterator[list[str]]:
    """Yield for each of *sides* its two plans, "null" for one that cannot be had."""
    connection.execute(ASK, {"asked": json.dumps(sides)})
    connection.exec_driver_sql(EXPLAIN)
    plans: list[Any] = json.loads(connection.scalar(HEAR) or "[]")
    # Beside the plan stand numbers that are not about the condition.
    texts = [json.dumps(plan and plan[0]["Plan"]) for plan in plans]
    for at in range(0, len(texts), 2):
        yield texts[at : at + 2]


def _verdict(
    question: Question, declared: list[str], stored: list[str], hides: re.Pattern[str]
) -> Verdict:
    if question.declared == question.stored:
        return "same"
    value, condition = stored
    readable = "null" not in stored
    if readable and declared != stored:
        return "different"
    # As a condition that no row can meet it is not planned any further.
    hidden = hides.search(value if UNMET in condition else condition)
    if readable and not hidden:
        return "same"
    return "same" if _words(question.declared) == _words(question.stored) else "cannot tell"


def _words(condition: str) -> list[str]:
    for written, rewritten in REWRITES:
        condition = written.sub(rewritten, condition)
    every = WORD.finditer(condition)
    return [word for each in every if (word := each["quoted"] or (each["word"] or "").lower())]
