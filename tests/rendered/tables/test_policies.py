"""What a declaration of row level security may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text

from my_supabase_service.supabase.tables.policies import Grant, Policy, Security, secure, security

OWN = "(select auth.uid()) = owner_id"
READ = Policy("read", "select", using=OWN)
GRANTED = {"authenticated": "select, insert, update, delete"}


@pytest.fixture
def table() -> Table:
    columns = [Column(name, Integer) for name in ("id", "owner_id")]
    return Table("orders", MetaData(), *columns, Column("status", Text))


def test_nobody_has_decided_on_a_table_that_is_not_mentioned(table: Table) -> None:
    assert security(table) is None

    secure(table)

    assert security(table) == Security(policies=(), grants=frozenset(), enabled=True, forced=True)


def test_grants_name_privileges_and_columns(table: Table) -> None:
    secure(table, grants={"authenticated": "SELECT, insert(id,status), update ( status )"})

    declared = security(table)
    assert declared is not None
    assert declared.grants == {
        Grant("authenticated", "select"),
        Grant("authenticated", "insert", "id"),
        Grant("authenticated", "insert", "status"),
        Grant("authenticated", "update", "status"),
    }


def test_a_role_that_is_not_for_requests_may_have_every_privilege(table: Table) -> None:
    secure(table, grants={"loader": "truncate, insert, references (id)"})


@pytest.mark.parametrize(
    "condition",
    [
        "(select auth.uid()) = owner_id",
        "( SELECT auth.uid() AS uid) = owner_id",
        "owner_id = (select (auth.jwt() ->> 'org')::int)",
        "owner_id in (select id from members where user_id = (select auth.uid()))",
        "(select coalesce(auth.jwt() ->> 'org', '')) = status",
        "exists (select from auth.users)",
    ],
)
def test_a_claim_is_read_once_a_statement(table: Table, condition: str) -> None:
    secure(table, Policy("read", "select", using=condition), grants=GRANTED)


def test_a_restrictive_policy_stands_beside_the_permissive_one(table: Table) -> None:
    secure(
        table,
        READ,
        Policy("open", "select", using="status = 'open'", restrictive=True),
        grants=GRANTED,
    )


WRONG: list[tuple[str, list[Policy], Mapping[str, str]]] = [
    ("'all' is none of select, insert", [Policy("p", "all", using=OWN)], GRANTED),
    ("'SELECT' is none of", [Policy("p", "SELECT", using=OWN)], GRANTED),
    (
        "'read' decides on select by authenticated already",
        [READ, Policy("p", "select", using="true")],
        GRANTED,
    ),
    ("another has this name", [READ, Policy("read", "delete", using=OWN)], GRANTED),
    ("insert takes no using=", [Policy("p", "insert", using=OWN, check=OWN)], GRANTED),
    ("select takes no check=", [Policy("p", "select", using=OWN, check=OWN)], GRANTED),
    ("insert needs check=", [Policy("p", "insert")], GRANTED),
    ("update needs check=", [Policy("p", "update", using=OWN)], GRANTED),
    ("update needs using=", [Policy("p", "update", check=OWN)], GRANTED),
    ("delete needs using=", [Policy("p", "delete", using=" ")], GRANTED),
    ("for no role", [Policy("p", "select", using=OWN, to=())], GRANTED),
    (
        r"write \(select auth.uid\(\)\)",
        [Policy("p", "select", using="auth.uid() = owner_id")],
        GRANTED,
    ),
    (
        r"write \(select auth.jwt\(\)\)",
        [Policy("p", "insert", check="owner_id = (auth.jwt() ->> 'org')::int")],
        GRANTED,
    ),
    (
        r"write \(select AUTH.UID\(\)\)",
        [Policy("p", "select", using="exists (select from members where u = AUTH.UID())")],
        GRANTED,
    ),
    (
        r"write \(select current_setting\(",
        [Policy("p", "select", using="status = current_setting('a.b')")],
        GRANTED,
    ),
    ("authenticated has no grant to select", [READ], {"anon": "select"}),
    (
        "anon has no grant to select",
        [Policy("p", "select", using=OWN, to=("authenticated", "anon"))],
        GRANTED,
    ),
    ("truncate is not for authenticated", [], {"authenticated": "select, truncate"}),
    ("references is not for anon", [], {"anon": "references (id)"}),
    ("trigger is not for service_role", [], {"service_role": "trigger"}),
    ("'all' is no privilege", [], {"authenticated": "all"}),
    ("'maintain' is no privilege", [], {"loader": "maintain"}),
    ("grants are written", [], {"authenticated": "all privileges"}),
    ("grants are written", [], {"authenticated": "select insert"}),
    ("select is granted to authenticated twice", [], {"authenticated": "select, select (id)"}),
    ("delete cannot be granted by column", [], {"authenticated": "delete (id)"}),
    ("no column 'titel'", [], {"authenticated": "update (titel)"}),
    ("no column ''", [], {"authenticated": "update ()"}),
    ("PUBLIC is every login", [], {"public": "select"}),
    ("PUBLIC is every login", [Policy("p", "select", using=OWN, to="public")], GRANTED),
    ("must have 1 to 63 bytes", [Policy("ä" * 32, "select", using=OWN)], GRANTED),
    ("must have 1 to 63 bytes", [Policy("", "select", using=OWN)], GRANTED),
    ("must have 1 to 63 bytes", [], {"r" * 64: "select"}),
]


@pytest.mark.parametrize(("sentence", "policies", "grants"), WRONG)
def test_what_is_wrong_is_refused_with_a_sentence(
    table: Table, sentence: str, policies: list[Any], grants: Mapping[str, str]
) -> None:
    with pytest.raises(ValueError, match=f"orders: .*{sentence}"):
        secure(table, *policies, grants=grants)

    assert security(table) is None


def test_a_table_is_declared_once(table: Table) -> None:
    secure(table)

    with pytest.raises(ValueError, match="orders: it is declared twice"):
        secure(table, READ, grants=GRANTED)
