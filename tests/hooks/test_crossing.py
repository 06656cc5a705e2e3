"""Copier runs the steps of each version that an update crosses, and only if it is trusted."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hooks.revision import read
from tests.hooks.story import MINE, Commit, Run, update

Made = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def crossed(before: Path, commit: Commit, made: Made) -> Path:
    """A project in a folder of a larger repository, after an update across two versions."""

    def make(folder: Path) -> None:
        shutil.copytree(before, folder / "services" / "api")
        (folder / "services/api/.git").rename(folder / ".git")
        commit(folder, "Move")
        printed = update(folder / "services" / "api", "--trust")
        folder.with_suffix(".txt").write_text(printed)

    return made("crossed", make)


def test_both_versions_run_in_their_order(crossed: Path) -> None:
    versions = crossed / "services/api/migrations/versions"

    known = read(versions)
    assert known["5b1a0c9d7e42"] == ("0a0a0a0a0a0a",)
    assert known["6c2b1d0e8f53"] == ("5b1a0c9d7e42",)


def test_what_moved_twice_is_at_its_last_path(crossed: Path) -> None:
    service = crossed / "services/api"
    printed = crossed.with_suffix(".txt").read_text()

    assert (service / "docs/serving/index.md").read_text().endswith(MINE)
    assert not (service / "docs/serving.md").exists()
    assert "Your edits of docs/http.md are in docs/serving/index.md." in printed
    assert ".env sets LOG_FORMAT, which is LOG_STYLE now" in printed
    assert "${LOG_STYLE}" in (service / ".env.example").read_text()


def test_a_conflict_is_recorded_under_its_path_in_the_repository(crossed: Path, run: Run) -> None:
    unmerged = run("git", "diff", "--name-only", "--diff-filter=U", cwd=crossed).split()

    inside = "services/api/src/my_supabase_service/supabase/http"
    assert unmerged == ["services/api/GUIDE.md", f"{inside}/cors.py"]


def test_the_next_update_needs_no_trust_and_does_nothing(
    crossed: Path, run: Run, commit: Commit, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(crossed, tmp_path / "monorepo"))
    commit(folder, "Update")

    update(folder / "services" / "api")

    assert not run("git", "status", "--porcelain", cwd=folder)


def test_without_trust_nothing_is_changed(service: Path, run: Run) -> None:
    printed = update(service, expect=4)

    assert "--trust" in printed
    assert not run("git", "status", "--porcelain", cwd=service)


def test_a_dry_run_before_the_update_tells_it_and_changes_nothing(
    service: Path, steps: Path, run: Run
) -> None:
    printed = run(sys.executable, steps, "v1.1.0", "--dry-run", cwd=service)

    for sentence in (
        "Your edits of docs/http.md come along to docs/serving.md.",
        "docs/deploy.md stays, as you have edited it",
        "_what_existing_databases_lack_5b1a0c9d7e42.py is new",
        "LOG_FORMAT is LOGS in .env.example now.",
        "mine.py imports supabase.http.fair instead of supabase.http.shares.",
    ):
        assert sentence in printed
    assert not run("git", "status", "--porcelain", cwd=service)
    assert "LOG_FORMAT=a-value-of-mine" in (service / ".env").read_text()
