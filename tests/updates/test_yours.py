"""An update moves what is the template's, merges what is shared, and leaves what is yours."""

from collections.abc import Callable
from pathlib import Path

import copier
import pytest

Run = Callable[..., str]
Commit = Callable[[Path, str], None]

PACKAGE = Path("src/my_supabase_service")


def release(template: Path, run: Run, commit: Commit) -> None:
    """Release a version that changes one file of each kind."""
    source = template / "template" / "src" / "{{ package_name }}"
    for name in ("supabase/http/health.py", "notes/routes.py", "cli.py.jinja"):
        file = source / name
        file.write_text(file.read_text() + "\n# The next version.\n")
    (source / "notes" / "extra.py").write_text('"""A file of the next version."""\n')
    commit(template, "Release")
    run("git", "tag", "v1.1.0", cwd=template)


@pytest.fixture
def updated(template: Path, run: Run, commit: Commit, tmp_path: Path) -> Path:
    """A service whose user has worked on it, after an update to the next version."""
    source = tmp_path / "template"
    run("git", "clone", "--quiet", template, source, cwd=tmp_path)
    folder = tmp_path / "service"
    copier.run_copy(str(source), folder, defaults=True, quiet=True, unsafe=False)
    (folder / PACKAGE / "notes" / "schemas.py").unlink()
    routes = folder / PACKAGE / "notes" / "routes.py"
    routes.rename(routes.with_name("http.py"))
    settings = folder / PACKAGE / "settings.py"
    mine = '    greeting: str = "hello"\n    """Mine."""\n'
    before, after, rest = settings.read_text().partition("\n\ndef settings_of")
    settings.write_text(f"{before}\n{mine}{after}{rest}")
    [revision] = (folder / "migrations" / "versions").glob("*_notes.py")
    revision.rename(revision.with_name("0001_mine.py"))
    commit(folder, "Start")

    release(source, run, commit)
    copier.run_update(folder, defaults=True, overwrite=True, quiet=True, unsafe=False)
    return folder


def test_an_update_is_clean(updated: Path, run: Run) -> None:
    status = run("git", "status", "--porcelain", cwd=updated)

    assert "UU" not in status
    for line in status.splitlines():
        assert "<<<<<<<" not in (updated / line[3:]).read_text()
    assert sorted(line[3:] for line in status.splitlines()) == [
        ".copier-answers.yml",
        f"{PACKAGE}/cli.py",
        f"{PACKAGE}/supabase/http/health.py",
    ]


def test_what_is_the_templates_and_what_is_shared_moves(updated: Path) -> None:
    for name in ("supabase/http/health.py", "cli.py"):
        assert "# The next version." in (updated / PACKAGE / name).read_text()
    assert "v1.1.0" in (updated / ".copier-answers.yml").read_text()


def test_what_is_yours_is_never_touched_again(updated: Path) -> None:
    """Also when it was deleted or renamed, and also where the template has something new."""
    notes = {path.name for path in (updated / PACKAGE / "notes").glob("*.py")}

    assert notes == {"__init__.py", "http.py", "model.py", "policies.py"}
    assert sorted(path.name for path in (updated / "migrations" / "versions").glob("*.py")) == [
        "0001_mine.py",
        "20261124_0859_login.py",
        "20261124_0900_files.py",
    ]
    assert 'greeting: str = "hello"' in (updated / PACKAGE / "settings.py").read_text()


@pytest.mark.parametrize("answers", [None, "_src_path: gh:acme/docs\nlicence: MIT\n"])
def test_a_copy_over_one_that_was_broken_off_makes_it_whole(
    template: Path, tmp_path: Path, answers: str | None
) -> None:
    """Also over the answers to another template; what was edited meanwhile stays."""
    whole, folder = tmp_path / "whole", tmp_path / "service"
    copier.run_copy(str(template), whole, defaults=True, quiet=True)
    copier.run_copy(str(template), folder, defaults=True, quiet=True)
    for name in ("README.md", f"{PACKAGE}/features.py"):
        (folder / name).unlink()
    for revision in (folder / "migrations/versions").glob("*.py"):
        revision.unlink()
    if answers is not None:
        (folder / ".copier-answers.yml").write_text(answers)
    (folder / PACKAGE / "notes/routes.py").write_text("# Mine.\n")

    copier.run_copy(str(template), folder, defaults=True, overwrite=True, quiet=True)

    assert {path.relative_to(folder) for path in folder.rglob("*")} == {
        path.relative_to(whole) for path in whole.rglob("*")
    }
    assert (folder / PACKAGE / "notes/routes.py").read_text() == "# Mine.\n"
