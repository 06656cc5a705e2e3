"""Other ways to go wrong than the one case of each advisory, and what only looks like one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
from local.postgres import Postgres
from tests.rendered.tools.lint.conftest import born, lint, storage
from tests.stand_in import at

from my_supabase_service.tools.lint.read import Report

HERE = Path(__file__).parent
FOUND = {
    "auth_rls_initplan": {
        "policy correlated on public.rows",
        'policy "correlated in claims" on public.rows',
        'policy "correlated in a setting" on public.rows',
    },
    "rls_references_user_metadata": {
        'policy "metadata in json" on public.rows',
        'policy "metadata in a path" on public.rows',
    },
    "rls_policy_always_true": {
        'policy "same on both sides" on public.written',
        'policy "not false" on public.written',
        'policy "or true" on public.written',
    },
    "multiple_permissive_policies": {"table public.many"},
    "rls_enabled_no_policy": {"table public.of_others"},
    "truncate_granted": {"table public.emptied"},
    "materialized_view_in_api": {"materialized view public.summed"},
    "anon_security_definer_function_executable": {"function public.inherits()"},
    "authenticated_security_definer_function_executable": {
        "function public.inherits()",
        "function public.helper()",
    },
    "unindexed_foreign_keys": {"constraint pair on public.pointing_too"},
    "unsupported_reg_types": {"column public.generated.kind"},
    "public_bucket": {"bucket faces"},
    "storage_policy_every_bucket": {
        'policy "all but one" on storage.objects',
        'policy "any at all" on storage.objects',
    },
    "public_bucket_allows_listing": {'policy "whoever signs in" on storage.objects'},
}


@pytest.fixture(scope="module")
def story(server: Callable[[str], Postgres]) -> tuple[Report, Report]:
    """What is found, and what is left when all that it says was done."""
    return asyncio.run(_tell(server("16")))


async def _tell(server: Postgres) -> tuple[Report, Report]:
    url = await born(server, "variants", (HERE / "variants.sql").read_text(encoding="utf-8"))
    owner = await asyncpg.connect(url)
    storing = await asyncpg.connect(at(server.url("supabase_admin"), "variants"))
    await storing.execute(storage())
    await storing.execute((HERE / "files.sql").read_text(encoding="utf-8"))
    found = await lint(url)
    for each in found.findings:
        doing = storing if "storage." in each.remedy else owner
        await doing.execute(each.remedy)
    left = await lint(url)
    # Roles are the server's, which other proofs use.
    await owner.execute("revoke reads_things from anon, authenticated")
    await owner.close()
    await storing.close()
    return found, left


def test_what_is_wrong_is_found_and_nothing_that_only_looks_like_it(
    story: tuple[Report, Report],
) -> None:
    found: dict[str, set[str]] = {}
    for each in story[0].findings:
        found.setdefault(each.name, set()).add(each.object)

    assert found == FOUND


def test_what_it_says_mends_all_of_it(story: tuple[Report, Report]) -> None:
    assert story[1].findings == []


def test_a_helper_that_a_default_calls_is_moved_and_still_called(
    story: tuple[Report, Report],
) -> None:
    """A revoked one would stop every insert."""
    (remedy,) = (
        each.remedy for each in story[0].findings if each.object == "function public.helper()"
    )

    assert "alter routine public.helper() set schema private" in remedy
