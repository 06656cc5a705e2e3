"""`doctor --as` names what a write is asked besides policies, which only a write could try."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from local.people import ALICE

from my_supabase_service.settings import Settings
from my_supabase_service.tools.persons import told
from my_supabase_service.tools.persons.explain import Explanation, explanation
from my_supabase_service.tools.persons.person import Asked

Explain = Callable[[str], Awaitable[Explanation]]

DEMANDING = """
    alter table secrets add unique (word), add check (word <> ''), add number int default 0,
        add total int generated always as (id * 2) stored, add place int not null default 1,
        add serial int generated always as identity,
        add constraint person foreign key (owner_id) references auth.users;
    create unique index once on secrets (lower(word));
    create domain email as text check (value like '%@%');
    alter table secrets add mail email;
    create table pages (secret_id int references secrets, other_id int);
    create trigger acts before insert on secrets
        for each row execute function suppress_redundant_updates_trigger();
"""
HOLDS = [
    "CREATE UNIQUE INDEX once ON public.secrets USING btree (lower(word))",
    "column mail is of the domain public.email",
    "constraint person: FOREIGN KEY (owner_id) REFERENCES auth.users(id)",
    "constraint secrets_pkey: PRIMARY KEY (id)",
    "constraint secrets_word_check: CHECK ((word <> ''::text))",
    "constraint secrets_word_key: UNIQUE (word)",
]
PAGES = "rows of public.pages: FOREIGN KEY (secret_id) REFERENCES public.secrets(id)"
ALSO = {
    "insert": [
        "not null, without a default: id, owner_id, word",
        "never given: total, serial",
        *HOLDS,
        "trigger acts: suppress_redundant_updates_trigger()",
    ],
    "update": [
        "not null: id, owner_id, word, place, serial",
        "never given: total, serial",
        *HOLDS,
        PAGES,
    ],
    "delete": [PAGES],
}


@pytest.fixture
def explain(settings: Settings) -> Explain:
    async def explain(command: str) -> Explanation:
        return await explanation(settings, Asked(str(ALICE)), "secrets", command=command)

    return explain


@pytest.mark.parametrize("command", ALSO)
async def test_what_else_has_to_hold_is_named(
    secrets: asyncpg.Connection[Any], explain: Explain, command: str
) -> None:
    await secrets.execute(DEMANDING)

    found = await explain(command)

    *lines, last = told.as_text(found).splitlines()
    assert told.as_data(found)["verdict"]["also"] == ALSO[command]
    start = next(place for place, line in enumerate(lines) if line.startswith(f"{command}  "))
    below = lines[start + 1 : start + 1 + len(ALSO[command])]
    assert below == [f"{'':8}  also  {each}" for each in ALSO[command]]
    assert last.startswith(f"verdict: {command}: fine: ")
    number = len(ALSO[command])
    told_at = ALSO[command][0] if number == 1 else f"the {number} lines of {command} above"
    assert last.endswith(f"; also has to hold: {told_at}")


async def test_nothing_else_is_named_where_a_policy_refuses(
    secrets: asyncpg.Connection[Any], explain: Explain
) -> None:
    await secrets.execute("drop policy own on secrets")

    found = await explain("insert")

    assert {name: verdict.also for name, verdict in found.verdicts.items()} == {
        "select": (),
        "insert": (),
        "update": (),
        "delete": (),
    }


async def test_an_insert_that_could_not_be_tried_has_them_all_the_same(
    secrets: asyncpg.Connection[Any], explain: Explain
) -> None:
    """An empty table has no row to try; nothing is asked of an update of none."""
    await secrets.execute("delete from secrets")

    verdicts = (await explain("insert")).verdicts

    assert verdicts["insert"].cause == "unknown"
    assert verdicts["insert"].also[0] == "not null, without a default: id, owner_id, word"
    assert verdicts["update"].also == verdicts["delete"].also == ()


async def test_a_trigger_may_fill_what_nobody_may_give(
    secrets: asyncpg.Connection[Any], explain: Explain
) -> None:
    """So a grant by column that leaves out what is needed may be right."""
    await secrets.execute(
        f"{DEMANDING} revoke insert on secrets from authenticated;"
        "grant insert (word) on secrets to authenticated"
    )

    verdict = (await explain("insert")).verdicts["insert"]
    await secrets.execute("drop trigger acts on secrets")
    without = (await explain("insert")).verdicts["insert"]

    assert (verdict.cause, verdict.is_fine) == ("grant by column", True)
    assert (without.cause, without.is_fine) == ("grant by column", False)
