"""`template` tells how a project and its template differ, and changes nothing."""

import hashlib
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.version import parse

from tests.telling import PACKAGE, Tell, answer

Render = Callable[..., Path]
Run = Callable[..., str]
Commit = Callable[[Path, str], None]

ROOT = Path(__file__).parent.parent

STEP = """
_migrations:
  - version: v1.2.0
    command: [python3, hooks/step.py]
  - version: v1.0.0
    command: [python3, hooks/gone.py]
"""

CHANGELOG = """# Changelog

## v1.2.0 - 2027-02-01

- A second thing.

## v1.1.0

- A first thing.

## v1.0.0

- All of it.
"""


def release(template: Path, run: Run, commit: Commit) -> None:
    """Release a version that changes a file of each kind, and one with a step of its own."""
    source = template / "template" / "src" / "{{ package_name }}"
    for name in ("supabase/http/health.py", "notes/routes.py", "cli.py.jinja"):
        file = source / name
        file.write_text(file.read_text() + "\n# The next version.\n")
    (source / "supabase" / "http" / "new.py").write_text('"""New."""\n')
    (template / "template" / "docs" / "http.md").unlink()
    commit(template, "Release")
    run("git", "tag", "v1.1.0", cwd=template)
    with (template / "copier.yml").open("a") as file:
        file.write(STEP)
    (template / "CHANGELOG.md").write_text(CHANGELOG)
    commit(template, "Release")
    run("git", "tag", "v1.2.0", cwd=template)
    run("git", "tag", "v1.10.0rc1", cwd=template)


def edit(folder: Path) -> None:
    """Do what a user may do: in what is theirs, in what is shared, and in the template's rooms."""
    for name, text in {
        PACKAGE / "notes/routes.py": "\n# Mine.\n",
        PACKAGE / "supabase/http/health.py": "\n# Mine.\n",
        PACKAGE / "mine.py": '"""Mine."""\n',
        PACKAGE / "features.py": "\n# Mine.\n",
        "README.md": "\nMine.\n",
        "AGENTS.md": "\nMine.\n",
        "docs/http.md": "Mine.\n",
    }.items():
        with (folder / name).open("a") as file:
            file.write(text)
    (folder / "docs/auth.md").unlink()
    shutil.rmtree(folder / "tests/notes")
    main = folder / PACKAGE / "main.py"
    main.write_bytes(main.read_bytes().replace(b"\n", b"\r\n"))


@pytest.fixture(scope="module")
def newer(
    template: Path, run: Run, commit: Commit, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The template with two newer versions."""
    folder = tmp_path_factory.mktemp("newer") / "template"
    run("git", "clone", "--quiet", template, folder, cwd=template)
    release(folder, run, commit)
    return folder


@pytest.fixture
def edited(newer: Path, render: Render, commit: Commit) -> Path:
    """A project that somebody worked on, not everything committed."""
    folder = render()
    answer(folder, "_src_path", newer)
    commit(folder, "Start")
    edit(folder)
    return folder


@pytest.fixture
def tell(project: Path, run: Run, tmp_path: Path) -> Tell:
    """The command."""
    return Tell(project, run, tmp_path / "temporary")


def print_of(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


TOLD = """\
Rendered from v1.0.0 of {source}

Edited here, in the template's files. Updates merge this, and may ask you each
time: better in a file of yours.
      deleted  docs/auth.md
     +1    -0  docs/http.md
     +2    -0  src/my_supabase_service/supabase/http/health.py

Edited here, in shared files. Updates merge this.
     +2    -0  AGENTS.md

v1.2.0 is there. It changes 2 files, adds 1 and deletes 1.

You changed these, too. Look there first: lines may conflict, and a file that
goes may take your lines with it.
      deleted  docs/http.md
     +2    -0  src/my_supabase_service/supabase/http/health.py

Update, when everything is committed:

    uvx copier update --defaults --trust

--trust, because this update runs programs of the template here, which stand
under _migrations in its copier.yml:
  python3 hooks/step.py

docs/upgrading.md tells what to do before and after.
"""


def test_it_tells_what_was_edited_and_what_an_update_brings(
    edited: Path, newer: Path, tell: Tell
) -> None:
    """What is yours is no edit, nor is how lines end on this machine; a pre-release is no news."""
    before = print_of(edited)

    assert tell(edited) == TOLD.format(source=newer)
    assert print_of(edited) == before


def test_the_changelog_of_the_versions_between(edited: Path, tell: Tell) -> None:
    _, second, first, _ = CHANGELOG.split("## ")

    assert tell(edited, "--changelog") == f"## {second}## {first}".rstrip() + "\n"


def test_nothing_newer_is_up_to_date_also_in_a_folder_of_a_repository(
    render: Render, commit: Commit, tell: Tell, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(render(), tmp_path / "everything" / "service"))
    commit(tmp_path / "everything", "Start")

    *_, edits, end = tell(folder / "src").splitlines()[2::2]
    assert edits == "Nothing of the template's was edited here."
    assert end == "Up to date: the template has nothing newer."


def test_releases_are_ordered_as_copier_orders_them() -> None:
    module = ROOT / "template/src/{{ package_name }}/tools/template/versions.py"
    newest_of = runpy.run_path(str(module))["newest_of"]
    tags = ["v0.9", "1.0.0", "v1.0.0.post2", "v1.0.10", "v1.0.9", "v1.2rc1", "v1.1.dev3", "main-2"]
    tags += ["v1.0.10.post1", "v1", "v01.0.2"]

    assert newest_of([]) is None
    assert newest_of(["v2.0a1", "latest"]) is None
    known = [tag for tag in tags if tag[-2] != "-"]
    for end in range(1, len(known) + 1):
        some = known[:end]
        final = [tag for tag in some if not parse(tag).is_prerelease]
        assert newest_of([*some, "main-2"]) == max(final, key=parse)
