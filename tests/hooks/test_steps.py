"""What an owner did comes along when a version moves, removes or renames what it was done to."""

import sys
from pathlib import Path

from tests.hooks.story import HTTP, MINE, PACKAGE, Run


def text(path: Path) -> str:
    return path.read_text() if path.is_file() else ""


def test_edits_of_a_moved_file_come_along(
    updated: Path, without_steps: Path, told: list[str]
) -> None:
    """Beside what the next version changed in it; one is plain, one made with Jinja."""
    for old, new in (("docs/http.md", "docs/serving.md"), ("docs/auth.md", "docs/tokens.md")):
        assert MINE not in text(without_steps / new)
        assert text(updated / new).endswith(MINE)
        assert not (updated / old).exists()
        assert f"Your edits of {old} are in {new}." in told
    assert "Of the next version." in text(updated / "docs/serving.md")


def test_what_cannot_be_merged_is_a_conflict_in_that_file_alone(
    updated: Path, without_steps: Path, run: Run
) -> None:
    moved = text(updated / f"{HTTP}/cors.py")

    assert "<<<<<<< before updating\n" in moved
    assert '"""Mine. ' in moved
    assert '"""Of the next version. ' in moved
    assert "Mine" not in text(without_steps / f"{HTTP}/cors.py")
    conflicts = run("git", "diff", "--name-only", "--diff-filter=U", cwd=updated)
    # The owner's own guide and the template's of the same name are one by Copier itself.
    assert conflicts.split() == ["GUIDE.md", f"{HTTP}/cors.py"]


def test_a_moved_file_that_nobody_edited_is_the_new_one(
    updated: Path, without_steps: Path, told: list[str]
) -> None:
    new = f"{HTTP}/fair.py"

    assert text(updated / new) == text(without_steps / new) != ""
    assert not (updated / HTTP / "shares.py").exists()
    assert not [line for line in told if line.startswith("Your edits") and new in line]


def test_a_moved_folder_takes_edits_along_and_leaves_the_owners_files(
    updated: Path, told: list[str]
) -> None:
    assert text(updated / f"{HTTP}/serving/limits.py").endswith("# Mine.\n")
    assert {path.name for path in (updated / HTTP / "server").iterdir()} == {"mine.py"}
    assert [line for line in told if line.startswith(f"{HTTP}/server/mine.py is yours and stays")]


def test_a_file_that_its_owner_renamed_stays_where_the_owner_has_it(
    updated: Path, told: list[str]
) -> None:
    assert (updated / "local/MINE.md").is_file()
    assert (
        "local/ABOUT.md is new here: you had deleted or renamed local/README.md, which it was."
        in told
    )


def test_edits_are_kept_apart_where_the_new_path_was_the_owners(
    updated: Path, without_steps: Path, told: list[str]
) -> None:
    assert text(updated / "GUIDE.md") == text(without_steps / "GUIDE.md")
    assert text(updated / "AGENTS.md").endswith(MINE)
    assert not (without_steps / "AGENTS.md").exists()
    assert [line for line in told if line.startswith("AGENTS.md is kept")]


def test_a_removed_file_goes_unless_its_owner_edited_it(
    updated: Path, without_steps: Path, told: list[str]
) -> None:
    """Also in a folder that was removed."""
    for name in ("docs/deploy.md", "local/storage/README.md"):
        assert not (without_steps / name).exists()
        assert text(updated / name).endswith(MINE)
        assert [line for line in told if line.startswith(f"{name} is kept")]
    assert not (updated / "docs/connect.md").exists()
    assert {path.name for path in (updated / "local/storage").iterdir()} == {"README.md"}


def test_a_renamed_setting_is_renamed_where_no_secret_is(
    updated: Path, without_steps: Path, told: list[str]
) -> None:
    """Elsewhere its owner is told, and no value is printed."""
    assert "${LOG_FORMAT}" in text(without_steps / ".env.example")
    assert "LOG_FORMAT" not in text(updated / ".env.example")
    assert "${LOGS}" in text(updated / ".env.example")
    for name, verb in ((".env", "sets"), ("compose.yaml", "names")):
        assert f"{name} {verb} LOG_FORMAT, which is LOGS now: rename it there." in told
        assert text(updated / name) == text(without_steps / name)
    assert "a-value-of-mine" not in "".join(told)


def test_imports_of_a_moved_module_and_a_renamed_name_follow(
    updated: Path, without_steps: Path
) -> None:
    mine = f"{PACKAGE}/notes/mine.py"

    assert "supabase.http.shares" in text(without_steps / mine)
    assert text(updated / mine) == (
        "from ..supabase import Page, exported as export\nfrom ..supabase.http.fair import Shares\n"
    )


def test_a_revision_is_written_at_the_owners_own_head(updated: Path, without_steps: Path) -> None:
    def revisions(folder: Path) -> dict[str, str]:
        return {path.name: text(path) for path in (folder / "migrations/versions").glob("*.py")}

    old, new = revisions(without_steps), revisions(updated)

    [name] = new.keys() - old.keys()
    assert name.endswith("_what_existing_databases_lack_5b1a0c9d7e42.py")
    assert 'down_revision = "0a0a0a0a0a0a"' in new.pop(name)
    assert new == old


def test_a_second_run_changes_nothing_and_only_repeats_what_is_left_to_its_owner(
    updated: Path, steps: Path, run: Run, told: list[str]
) -> None:
    before = run("git", "status", "--porcelain", "-uall", cwd=updated)
    again = run(sys.executable, steps, "v1.1.0", cwd=updated)

    assert run("git", "status", "--porcelain", "-uall", cwd=updated) == before
    left = [line.strip() for line in again.splitlines()]
    assert {*left} < {*told}
    for line in left:
        assert line.endswith(("rename it there.", "supabase/http/serving/ now.", "which it was."))
