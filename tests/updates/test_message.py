"""After an update its message says what was crossed, what is left to do, and what stays behind."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import copier
import pytest

from tests.copying import run_copier

Run = Callable[..., str]
Commit = Callable[[Path, str], None]
Made = Callable[[str, Callable[[Path], object]], Path]

# One that is asked from this version on, and leaves a project as it was.
QUESTION = """
include_x:
  type: bool
  default: "{{ not before }}"
  help: Shall there be x?
"""


@pytest.fixture(scope="session")
def asking(template: Path, run: Run, commit: Commit, made: Made) -> Path:
    """The template with a next version that asks one question more."""

    def make(folder: Path) -> None:
        run("git", "clone", "--quiet", template, folder, cwd=template)
        with (folder / "copier.yml").open("a") as questions:
            questions.write(QUESTION)
        commit(folder, "Release")
        run("git", "tag", "v1.1.0", cwd=folder)

    return made("asking", make)


def start(source: Path, service: Path, **answers: bool) -> None:
    """Render the first version."""
    copier.run_copy(str(source), service, data=answers, vcs_ref="v1.0.0", defaults=True, quiet=True)


@pytest.fixture
def update(asking: Path, commit: Commit, tmp_path: Path) -> Callable[..., str]:
    """Update a new project with answers, and return what Copier prints."""

    def do(*arguments: str, folder: str = "service") -> str:
        service = tmp_path / folder
        start(asking, service)
        commit(service, "Start")
        printed = run_copier("update", "--defaults", *arguments, cwd=service)
        return printed.replace(str(asking), "TEMPLATE")

    return do


def message(printed: str) -> str:
    """Return the message alone."""
    return printed[printed.index("My Supabase Service ") :].rstrip()


def test_a_new_version_names_itself_and_the_question_that_it_asks(
    update: Callable[..., str],
) -> None:
    """Also in a folder whose name would match other names."""
    assert message(update(folder="[a] service")) == (
        """\
My Supabase Service went from v1.0.0 to v1.1.0. What each version in between asks
of you stands under *Your project:* in
TEMPLATE/CHANGELOG.md

New: include_x, answered false. To change it, once this is committed:
  copier update --vcs-ref=:current: --data include_x=true

Next:

  git diff                # what is yours was left alone, what is shared was merged
  uv sync
  uv run pytest"""
    )


def test_flips_to_off_name_what_stays_behind(update: Callable[..., str]) -> None:
    """One revision tells the database of row level security; nothing takes a bucket away."""
    off = ("--vcs-ref=:current:", "--data=include_rls=false", "--data=include_storage=false")

    assert message(update(*off)) == (
        """\
My Supabase Service stays at v1.0.0.

Row level security is off now.
Yours and left as they were: the policies.py of your features, and tests/samples.py.
The revision opens the tables to the service's login; until it is applied they stay closed to it.
Gone, with edits of yours: tests/matrix/ (`git diff HEAD --diff-filter=D` shows them).

Storage is off now.
Left in your Supabase project: the bucket `files`, its objects, and its policies on storage.objects.
Gone, with edits of yours: files/, supabase/storage/ and others (`git diff HEAD --diff-filter=D`).
Files of yours in there stay; what imports CallerStorage or the like cannot start, and must go.

Next:

  git diff                # what is yours was left alone, what is shared was merged
  uv sync
  uv run my-supabase-service revision -m "row level security off"
  uv run pytest"""
    )


def test_flips_to_on_name_what_they_need_and_a_changelog_on_the_web_is_a_link(
    asking: Path, run: Run, commit: Commit, tmp_path: Path
) -> None:
    """Without the password in an address; Git is told where the repository really is."""
    service, home = tmp_path / "service", tmp_path / "home"
    start(asking, service, include_storage=False)
    file = service / ".copier-answers.yml"
    url = "https://user:secret@example.com/team/template.git"
    file.write_text(file.read_text().replace(str(asking), url))
    commit(service, "Start")
    home.mkdir()
    (home / ".gitconfig").write_text(f'[url "{asking}"]\n    insteadOf = {url}\n')
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}

    flip = ("update", "--defaults", "--data=include_storage=true")
    printed = run(sys.executable, "-m", "copier", *flip, cwd=service, env=environment)

    newest = run("git", "rev-parse", "v1.1.0", cwd=asking).strip()
    assert f"https://example.com/team/template/blob/{newest}/CHANGELOG.md" in message(printed)
    assert "secret" not in message(printed)
    assert "Storage is on now.\nIt needs SUPABASE_PUBLISHABLE_KEY" in printed
    assert 'revision -m "storage on"' in printed
    assert "Row level security" not in message(printed)
