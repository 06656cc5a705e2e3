"""What proves the template's own rooms, inside rendered projects: which proofs in which shape."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

Render = Callable[..., Path]
Run = Callable[..., str]

PROOFS = Path(__file__).parent / "rendered"

# Paths below tests/rendered. What is not named runs in every shape, so far as the shape has it.
OUTAGES = "database/test_outages.py"
ALONE = (
    "auth/test_keys.py",  # how long an endpoint is waited for
    "bench/test_network.py",  # delays of 50 ms in each direction
    OUTAGES,  # an answer within what a setting allows
    "http/test_readiness.py",  # six hundred are answered while one waits
    "server/test_clocks.py",  # the server's own time-outs
)
"""Proofs that watch clocks: nothing else runs meanwhile, and they run once."""
ONCE = (
    *ALONE,
    "auth/test_keys_read.py",
    "auth/test_tokens_claims.py",
    "auth/test_tokens_forged.py",
    "auth/test_tokens_hs256.py",
    "bench",  # what proofs stand on
    "database/test_beginnings.py",
    "database/test_clean_slate.py",
    "database/test_endings.py",
    "database/test_faults.py",
    "database/test_gate.py",
    "database/test_log_sql.py",
    "database/test_logins.py",
    "database/test_out_of_range.py",
    "database/test_pooler.py",
    "database/test_restarts.py",
    "database/test_storm.py",  # thousands of requests
    "database/test_supavisor.py",
    "database/test_time_outs.py",
    "database/test_tls.py",
    "database/test_unloaded.py",
    "docs/test_shown_files.py",
    "docs/test_skills.py",
    "http/test_access_log.py",
    "http/test_bodies.py",
    "http/test_bytes.py",
    "http/test_features.py",
    "http/test_hidden.py",
    "http/test_methods.py",
    "http/test_origins.py",
    "http/test_prefixes.py",
    "http/test_problems.py",
    "http/test_proxies.py",
    "http/test_schemathesis.py",
    "local/extensions",
    "local/storage",
    "local/test_adoption.py",
    "local/test_cluster.py",
    "local/test_life_and_death.py",
    "local/test_stand_in.py",
    "policies/test_autogenerate.py",
    "policies/test_drift.py",
    "policies/test_expressions.py",
    "policies/test_first_revisions.py",
    "server/test_process.py",
    "server/test_readers.py",
    "server/test_requests.py",
    "storage/test_caller_tokens.py",
    "storage/test_downloads.py",
    "storage/test_folders.py",
    "storage/test_large_files.py",
    "storage/test_names.py",
    "storage/test_shares.py",
    "storage/test_uploads.py",
    "storage/wire",
    "tables/test_changing_lists.py",
    "tables/test_cursors.py",
    "tables/test_extremes.py",
    "tables/test_keyset.py",
    "tables/test_limits.py",
    "tables/test_queries_page.py",
    "tables/test_query.py",
    "tables/test_reflected.py",
    "tables/test_views.py",
    "tls",
    "tools/adopt",
    "tools/changes",
    "tools/declared",
    "tools/doctor/test_address.py",
    "tools/doctor/test_api.py",
    "tools/doctor/test_bounds.py",
    "tools/doctor/test_clusters.py",
    "tools/doctor/test_every_finding.py",
    "tools/doctor/test_files.py",
    "tools/doctor/test_lint.py",
    "tools/doctor/test_logins.py",
    "tools/doctor/test_migrations.py",
    "tools/doctor/test_migrations_logins.py",
    "tools/doctor/test_network.py",
    "tools/doctor/test_paused.py",
    "tools/doctor/test_progress.py",
    "tools/doctor/test_said_back.py",
    "tools/doctor/test_secrets.py",
    "tools/doctor/test_settings.py",
    "tools/doctor/test_tls.py",
    "tools/doctor/test_unmigrated.py",
    "tools/exposure",
    "tools/lint",
    "tools/models/test_command.py",
    "tools/models/test_features.py",
    "tools/models/test_hostile.py",
    "tools/models/test_project.py",
    "tools/persons/test_attacks.py",
    "tools/persons/test_causes.py",
    "tools/persons/test_demands.py",
    "tools/persons/test_query.py",
    "tools/persons/test_versions.py",
    "tools/schema",
    "tools/test_concurrently.py",
    "tools/test_deployments.py",
    "tools/test_lock.py",
    "tools/test_types.py",
)
"""Proofs of code that is the same in every shape, and that take long: in the default shape only."""
OF_RLS = ("auth", "database", "docs", "policies", "tables", "tools")
"""What row level security changes: for whom a transaction acts, and what a table is declared."""

OF_A_SERVICE = (
    *("auth/test_me.py", "auth/test_settings.py", "database/test_settings.py", "docs", "http"),
    *("local", "tools/doctor", "tools/test_migrations.py"),
)
"""What is put together of the rooms: the application, its settings, its stand-in, `env.py`, pages.

Without Storage no line of another room differs, which a test below holds.
"""
WITHOUT_STORAGE = (
    *("supabase/__init__.py", "supabase/storage"),
    *("tools/doctor/storage", "tools/migrations/storage"),
)
"""What the template's rooms have otherwise, or not at all, without Storage."""

SHAPES: dict[str, tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]]] = {
    "without rls": ({"include_rls": False}, (*OF_RLS, "modes", "storage/test_owners.py"), ONCE),
    "without storage": ({"include_storage": False}, OF_A_SERVICE, ONCE),
    "least": ({"include_rls": False, "include_storage": False}, OF_A_SERVICE, ONCE),
}
"""The answers, the proofs that run with them, and those that do not."""
# In parts, which run beside each other, the longest first.
PARTS = {
    "tools": ("tools", "policies"),
    "database": ("database",),
    "the rest": (),
    "storage": ("storage", "local"),
}


TIDY = ("-o", "tmp_path_retention_policy=failed")
"""What a test wrote is gone when it has passed: it may be in memory."""


@pytest.fixture
def prove(proved: Render, run: Run) -> Callable[..., str]:
    """Run the proofs of these folders, or all, but for some, in a project with these answers."""

    def do(answers: dict[str, Any], *paths: str, but: tuple[str, ...] = ()) -> str:
        command = ("uv", "run", "--no-sync", "pytest", "--quiet", "-p", "no:cacheprovider", *TIDY)
        asked = [f"tests/rendered/{path}" for path in paths or ("",)]
        ignored = [f"--ignore=tests/rendered/{path}" for path in but]
        return run(*command, *asked, *ignored, cwd=proved(**answers))

    return do


@pytest.mark.parametrize("part", PARTS)
def test_its_proofs_pass(prove: Callable[..., str], part: str) -> None:
    others = () if PARTS[part] else sum(PARTS.values(), ())

    assert " passed" in prove({}, *PARTS[part], but=ALONE + others)


@pytest.mark.alone
def test_its_proofs_that_watch_clocks_pass(prove: Callable[..., str]) -> None:
    """In an outage nothing is done but waiting, so the others may run meanwhile."""
    with ThreadPoolExecutor() as pool:
        outages = pool.submit(prove, {}, OUTAGES)
        assert " passed" in prove({}, *(path for path in ALONE if path != OUTAGES))
        assert " passed" in outages.result()


@pytest.mark.parametrize("shape", SHAPES)
def test_its_proofs_pass_in_the_other_shapes(prove: Callable[..., str], shape: str) -> None:
    answers, paths, but = SHAPES[shape]

    assert " passed" in prove(answers, *paths, but=but)


def test_every_proof_that_the_table_names_is_there() -> None:
    """Else one that was moved would run more often than it needs to, or beside others."""
    named = {*ONCE, *OF_RLS, *OF_A_SERVICE, *(path for paths in PARTS.values() for path in paths)}

    assert [path for path in sorted(named) if not (PROOFS / path).exists()] == []


@pytest.mark.parametrize("with_rls", [True, False])
def test_the_rooms_are_the_same_without_storage(rendered: Render, with_rls: bool) -> None:  # noqa: FBT001  # it is the answer
    """Else what is proved of a room in a shape with it tells less of one without."""
    shapes = [rendered(include_rls=with_rls, include_storage=told) for told in (True, False)]
    one, other = (texts(folder / "src/my_supabase_service") for folder in shapes)

    differing = {name for name in one | other if one.get(name) != other.get(name)}
    assert {name for name in differing if not name.startswith(WITHOUT_STORAGE)} == set()


def texts(package: Path) -> dict[str, bytes]:
    """Return the files of the template's rooms."""
    files = [path for room in ("supabase", "tools") for path in (package / room).rglob("*.*")]
    return {path.relative_to(package).as_posix(): path.read_bytes() for path in files}
