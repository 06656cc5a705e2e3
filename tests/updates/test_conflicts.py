"""What a user adds to shared files and what the next version changes there never meet."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.copying import run_copier

Run = Callable[..., str]
Commit = Callable[[Path, str], None]

PACKAGE = Path("src/my_supabase_service")
SOURCE = Path("template/src/{{ package_name }}")

OLDEST = ("uv", "tool", "run", "--quiet", "copier@9.10.0")
"""The least version that copier.yml admits."""

MINE = {
    "features.py": (
        "    app.include_router(notes)\n",
        "    app.include_router(notes)\n    app.add_middleware(Stamp)\n",
    ),
    "settings.py": (
        "\n\ndef settings_of",
        '    greeting: str = "hello"\n    """What we say. Yours to choose."""\n\n\ndef settings_of',
    ),
    "cli.py": ("", '\n\n@app.command()\ndef greet() -> None:\n    """Say hello."""\n'),
    "../../pyproject.toml": (
        "\n]\n\n[project.scripts]",
        '\n    "orjson>=3.11",\n    "fastapi==0.165.0",\n]\n\n[project.scripts]',
    ),
    "../../.env.example": ("", "# What we say.\n# GREETING=hello\n"),
    "../../README.md": (None, "# Ours\n\nNot a word of it is the template's.\n"),
}
"""What is replaced in a file of the project, or added at its end, or all of it."""

THEIRS = {
    SOURCE / "main.py.jinja": (
        "    app.include_router(me)\n",
        "    app.include_router(me)\n    app.state.next_version = True\n",
    ),
    SOURCE / "settings.py.jinja": (
        "    # Yours below this line",
        '    next_version: bool = True\n    """New."""\n\n    # Yours below this line',
    ),
    SOURCE / "cli.py.jinja": (
        "# Yours below this line",
        "@app.command()\ndef next_version() -> None: ...\n\n\n# Yours below this line",
    ),
    Path("template/pyproject.toml.jinja"): (
        '    "uvicorn[standard]>=0.54",\n',
        '    "uvicorn[standard]>=0.99",\n    "next-version>=1",\n',
    ),
    Path("template/.env.example.jinja"): (
        "# LOG_FORMAT=text\n",
        "# LOG_FORMAT=json\n# NEXT_VERSION=1\n",
    ),
    Path("template/README.md.jinja"): ("\n\n", "\n\nThe next version.\n\n"),
    Path("template/docs/README.md.jinja"): ("\n\n", "\n\nThe next version.\n\n"),
    SOURCE / "features.py": (
        "include_router(notes)",
        "include_router(notes, tags=['next version'])",
    ),
}
"""What the next version changes: the lines next to those."""

MARKER = "\n<<<<<<< before updating\n"
NEWS = re.compile(r"next.version|uvicorn\[standard\]>=0\.99", re.IGNORECASE)


def edit(file: Path, before: str | None, after: str) -> None:
    """Replace a text in *file*, add one at its end, or write all of it."""
    text = file.read_text(encoding="utf-8")
    if before is None:
        text = after
    elif before:
        assert before in text, file
        text = text.replace(before, after, 1)
    else:
        text += after
    file.write_text(text, encoding="utf-8")


@pytest.fixture
def source(
    template: Path, run: Run, commit: Commit, tmp_path: Path, request: pytest.FixtureRequest
) -> Path:
    """A template that may be changed, with one version; a test may ask for one without a file."""
    source = tmp_path / "source"
    run("git", "clone", "--quiet", template, source, cwd=tmp_path)
    if without := getattr(request, "param", ""):
        (source / without).unlink()
        (source / "template" / without).unlink()
        commit(source, "Release")
        run("git", "tag", "--force", "v1.0.0", cwd=source)
    return source


@pytest.fixture
def folder(source: Path, commit: Commit, tmp_path: Path) -> Path:
    """A project of it, as its user has committed it."""
    folder = tmp_path / "service"
    run_copier("copy", "--quiet", "--defaults", source, folder, cwd=tmp_path)
    commit(folder, "Start")
    return folder


def work(folder: Path) -> None:
    """Do what everybody does."""
    for name, (before, after) in MINE.items():
        edit(folder / PACKAGE / name, before, after)


def release(source: Path, run: Run, commit: Commit) -> None:
    """Release the next version."""
    for path, (before, after) in THEIRS.items():
        edit(source / path, before, after)
    commit(source, "Release")
    run("git", "tag", "v1.1.0", cwd=source)


def update(folder: Path, run: Run, copier: tuple[str, ...] = ()) -> list[str]:
    """Update a project, if need be by another Copier; return the files in conflict."""
    command = ("update", "--defaults")
    told = run(*copier, *command, cwd=folder) if copier else run_copier(*command, cwd=folder)
    assert "MissingFileWarning" not in told
    top = Path(run("git", "rev-parse", "--show-toplevel", cwd=folder).strip())
    status = run("git", "status", "--porcelain", cwd=top).splitlines()
    assert not [line for line in status if line.endswith(".rej")]
    unmerged = {line[3:] for line in status if line.startswith("UU")}
    changed = {line[3:] for line in status if not line.startswith(" D")}
    marked = {name for name in changed if MARKER in f"\n{(top / name).read_text(encoding='utf-8')}"}
    assert marked == unmerged
    return sorted(unmerged)


@pytest.mark.parametrize("copier", [(), OLDEST], ids=["installed", "oldest"])
def test_what_users_add_is_merged_with_what_a_version_changes(
    source: Path, folder: Path, run: Run, commit: Commit, copier: tuple[str, ...]
) -> None:
    """A router, a middleware, a command, a setting, a dependency, a pin, and a README."""
    work(folder)
    commit(folder, "Work")
    release(source, run, commit)

    assert update(folder, run, copier) == []

    for name, (_, mine) in MINE.items():
        assert mine in (folder / PACKAGE / name).read_text()
    for name in ("main.py", "settings.py", "cli.py", "../../pyproject.toml", "../../.env.example"):
        assert NEWS.search((folder / PACKAGE / name).read_text()), name
    assert NEWS.search((folder / "docs/README.md").read_text())
    for name in ("README.md", PACKAGE / "features.py"):
        assert not NEWS.search((folder / name).read_text())


def test_a_line_that_both_change_is_a_conflict_in_that_file_alone(
    source: Path, folder: Path, run: Run, commit: Commit
) -> None:
    work(folder)
    edit(folder / "pyproject.toml", '"uvicorn[standard]>=0.54"', '"uvicorn[standard]==0.54"')
    commit(folder, "Work, and pin in a line of the template's")
    release(source, run, commit)

    assert update(folder, run) == ["pyproject.toml"]

    text = (folder / "pyproject.toml").read_text()
    assert text.count("<<<<<<<") == 1
    assert '"orjson>=3.11"' in text


@pytest.mark.parametrize("source", ["", ".gitattributes"], indirect=True)
def test_git_for_windows_ends_lines_as_the_template_does(
    source: Path, folder: Path, run: Run, commit: Commit, tmp_path: Path
) -> None:
    """There `core.autocrlf` is true from the start: without our word every line is another."""
    is_told = (source / ".gitattributes").exists()
    work(folder)
    commit(folder, "Work")
    release(source, run, commit)
    on_windows = tmp_path / "windows"
    autocrlf = ("-c", "core.autocrlf=true")
    run("git", *autocrlf, "clone", "--quiet", folder, on_windows, cwd=tmp_path)
    run("git", "config", "core.autocrlf", "true", cwd=on_windows)
    assert (b"\r\n" in (on_windows / "pyproject.toml").read_bytes()) is not is_told

    conflicts = update(on_windows, run)

    if is_told:
        assert conflicts == []
        assert '"orjson>=3.11"' in (on_windows / "pyproject.toml").read_text()
    else:
        assert len(conflicts) >= 3


def test_recopy_and_a_repeated_copy_keep_what_is_yours(
    source: Path, folder: Path, run: Run, commit: Commit
) -> None:
    """Also what was deleted; what is the template's is made anew."""
    work(folder)
    shutil.rmtree(folder / PACKAGE / "notes")
    (folder / "tests/samples.py").unlink()
    (folder / PACKAGE / "supabase/http/health.py").write_text("# An edit.\n")
    commit(folder, "Work")
    release(source, run, commit)
    mine = ("README.md", "src/my_supabase_service/features.py")
    before = {name: (folder / name).read_text() for name in mine}

    for command in (("recopy",), ("copy", source, folder)):
        options = ("--defaults", "--overwrite", "--quiet")
        told = run_copier(command[0], *options, *command[1:], cwd=folder)
        assert "Warning" not in told
        assert {name: (folder / name).read_text() for name in mine} == before
        assert not (folder / PACKAGE / "notes").exists()
        assert not (folder / "tests/samples.py").exists()
        assert "# An edit." not in (folder / PACKAGE / "supabase/http/health.py").read_text()


def test_a_project_in_a_folder_of_a_larger_one_is_updated_in_there(
    source: Path, run: Run, commit: Commit, tmp_path: Path
) -> None:
    """A name beside it that the template has too is not its own."""
    top = tmp_path / "everything"
    folder = top / "services/mine"
    run_copier("copy", "--quiet", "--defaults", source, folder, cwd=tmp_path)
    for name in ("README.md", "pyproject.toml", "docs/README.md"):
        (top / name).parent.mkdir(exist_ok=True)
        (top / name).write_text("# Of all.\n")
    work(folder)
    commit(top, "Work")
    release(source, run, commit)

    assert update(folder, run) == []

    for name in run("git", "status", "--porcelain", cwd=top).splitlines():
        assert name[3:].startswith("services/mine/")
    for name, (_, mine) in MINE.items():
        assert mine in (folder / PACKAGE / name).read_text()
    assert NEWS.search((folder / PACKAGE / "main.py").read_text())
