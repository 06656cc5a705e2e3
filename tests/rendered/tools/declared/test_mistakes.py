"""A mistake in views.py or functions.py is one sentence, with its place."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import MetaData, Table
from sqlalchemy.orm import Mapped, mapped_column

from my_supabase_service.supabase import View, view
from my_supabase_service.supabase.tables.triggers import trigger
from my_supabase_service.supabase.tables.views import declared_views
from my_supabase_service.tools.failure import Failure
from my_supabase_service.tools.migrations import environment, explain
from my_supabase_service.tools.migrations.declared.wanted import wanted

FEATURE = '''"""Views."""

from my_supabase_service.supabase import {name}

{call}
'''
MISTAKES = {
    "views": (
        'view("all_notes", "select 1", grants={"anon": "select"}, security_invoker=False)',
        "cards/views.py, line 5: ValueError: public.all_notes: it reads its tables as its owner",
    ),
    "functions": (
        'function("f", "select 1", returns="int", security="definer", execute="anon")',
        "cards/functions.py, line 5: ValueError: public.f(): it acts as its owner, past policies",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_it_is_told_with_the_file_and_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    call, told = MISTAKES[name]
    package = tmp_path / f"their_{name}"
    (package / "cards").mkdir(parents=True)
    source = FEATURE.format(name=name.removesuffix("s"), call=call)
    (package / "cards" / f"{name}.py").write_text(source)
    for module in (environment, explain):
        monkeypatch.setattr(module, "PACKAGE", package)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    importlib.invalidate_caches()

    with pytest.raises(ValueError, match="say because=") as raised:
        environment.load_models()

    assert explain.explain(raised.value).startswith(told)


@pytest.mark.parametrize("said", [{"moment": "before"}, {"each": "statement"}, {"new_table": "n"}])
def test_a_trigger_that_can_be_no_constraint_is_refused(said: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"moment": "after", "events": "insert", "function": "f", **said}

    with pytest.raises(ValueError, match="a constraint is after, for each row"):
        trigger("t", "x", constraint="deferred", metadata=MetaData(), **asked)


def test_a_constraint_on_a_table_of_supabases_is_refused() -> None:
    """A migration could not drop it, nor silence it."""
    metadata = MetaData()
    on = ("auth.users", "welcome", "after", "insert")
    trigger(*on, function="greet", constraint="deferred", metadata=metadata)

    with pytest.raises(Failure, match=r"welcome on auth\.users: leave out constraint="):
        wanted(metadata)


def test_a_class_to_query_a_view_by_says_its_name_and_its_columns() -> None:
    class Heading(View):
        """The titles of notes."""

        __tablename__ = "headings"
        id: Mapped[int] = mapped_column(primary_key=True)

    View.metadata.remove(cast("Table", Heading.__table__))  # no other test shall meet it
    metadata = MetaData()
    view(
        Heading, "select id from notes", grants={"authenticated": "select (id)"}, metadata=metadata
    )

    assert declared_views(metadata)[0].key == ("public", "headings")
    with pytest.raises(ValueError, match=r"public\.headings: it has no column 'title'"):
        view(Heading, "select 1", grants={"anon": "select (title)"}, metadata=metadata)
    with pytest.raises(ValueError, match="leave out schema="):
        view(Heading, "select 1", schema="ours", metadata=metadata)
