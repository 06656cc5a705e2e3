"""Who may do what: policies, grants, functions and triggers are found as they were written."""

from __future__ import annotations

from tests.rendered.tools.schema.reading import named

from my_supabase_service.tools.schema.catalogue import Function, Schema
from my_supabase_service.tools.schema.relations import GrantFound, PolicyFound, Trigger


def function(shop: Schema, name: str) -> Function:
    return next(it for it in shop.functions if it.name == name)


def test_row_level_security_is_off_on_or_forced(shop: Schema) -> None:
    switches = {it.name: (it.row_security, it.row_security_forced) for it in shop.relations}

    assert switches["customers"] == (True, True)
    assert switches["orders"] == (True, False)
    assert switches["events"] == (False, False)


def test_each_policy_is_what_was_written(shop: Schema) -> None:
    assert named(shop, "customers").policies == (
        PolicyFound(
            "Own rows",
            "update",
            ("anon", "authenticated"),
            using="(id = 1)",
            check="(id = 2)",
        ),
        PolicyFound("never", "all", ("public",), permissive=False, using="true", comment="Nobody"),
    )


def test_each_grant_is_what_was_given(shop: Schema) -> None:
    """The owner's own are not named; a column's are told from those of the table."""
    assert named(shop, "customers").grants == (
        GrantFound("authenticated", "insert", "email", grantable=True),
        GrantFound("authenticated", "insert", "name", grantable=True),
        GrantFound("authenticated", "select", grantable=True),
        GrantFound("public", "select"),
    )
    assert named(shop, "orders").grants == ()
    assert shop.grants == (GrantFound("anon", "usage"),)
    assert shop.comment == "What we sell"


def test_everybody_may_call_a_function_unless_that_was_taken_away(shop: Schema) -> None:
    assert function(shop, "touch").grants == (GrantFound("public", "execute"),)
    assert function(shop, "stamp").grants == (
        GrantFound("service_role", "execute", grantable=True),
    )


def test_a_function_is_what_was_written(shop: Schema) -> None:
    touch = function(shop, "touch")

    assert touch.definition
    assert touch.definition.startswith('CREATE OR REPLACE FUNCTION "Shop".touch(')
    assert touch == Function(
        "Shop",
        "touch",
        "first integer, second text, OUT third integer",
        "integer",
        "function",
        "sql",
        "postgres",
        "stable",
        security_definer=True,
        strict=True,
        parallel="safe",
        config=('search_path=""', "statement_timeout=3s"),
        source="select first",
        definition=touch.definition,
        grants=touch.grants,
    )


def test_each_kind_of_function_is_there(shop: Schema) -> None:
    """Those that Postgres makes for a range are not among them."""
    assert [(it.name, it.kind, it.result, it.language) for it in shop.functions] == [
        ("stamp", "function", "trigger", "plpgsql"),
        ("tidy", "procedure", None, "sql"),
        ("total", "aggregate", "integer", "internal"),
        ("touch", "function", "integer", "sql"),
    ]
    assert "SELECT 1" in function(shop, "tidy").source
    assert function(shop, "total").definition is None
    assert function(shop, "stamp").comment == "When"


def test_each_trigger_is_what_was_written(shop: Schema) -> None:
    """Those that Postgres makes for keys, or copies to partitions, are not among them."""
    assert named(shop, "orders").triggers == (
        Trigger(
            "stamp",
            'CREATE TRIGGER stamp BEFORE UPDATE OF amount ON "Shop".orders FOR EACH ROW'
            ' WHEN ((new.amount > (1)::numeric)) EXECUTE FUNCTION "Shop".stamp()',
            '"Shop".stamp',
            "disabled",
        ),
    )
    events = named(shop, "events")
    assert [it.name for it in events.triggers] == ["stamp"]
    assert events.partitions[0].triggers == ()
