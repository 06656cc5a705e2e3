"""What the runner needs around it, and how it refuses to run without."""

import ast
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from packaging.version import Version

from hooks.moves import Move
from hooks.removals import Removal
from hooks.run import steps_of
from hooks.run import versions as versions_with_steps

Run = Callable[..., str]
Commit = Callable[[Path, str], None]

ROOT = Path(__file__).parent.parent.parent
HOOKS = ROOT / "hooks"


@pytest.mark.parametrize(
    ("surroundings", "version", "sentence"),
    [
        (("_commit: v1.0.0\n", False), "v1.1.0", "is in no Git repository that has a commit."),
        ((None, True), "v1.1.0", "has no committed .copier-answers.yml"),
        (("_commit: nowhere\npackage_name: mine\n", True), "v1.1.0", "git read-tree failed"),
        (("_commit: v1.0.0\n", True), "v9.0.0", "No steps are needed for v9.0.0; there are some"),
        (("_commit: v1.0.0\n", True), "../x", "No steps are needed for ../x; there are some"),
    ],
)
def test_bad_surroundings_are_one_sentence(  # noqa: PLR0913, PLR0917
    steps: Path,
    run: Run,
    commit: Commit,
    tmp_path: Path,
    surroundings: tuple[str | None, bool],
    version: str,
    sentence: str,
) -> None:
    answers, in_git = surroundings
    (tmp_path / ".env.example").write_text("LOG_FORMAT=\n")
    if answers:
        (tmp_path / ".copier-answers.yml").write_text(answers)
    if in_git:
        commit(tmp_path, "Start")

    told = run(sys.executable, steps, version, cwd=tmp_path, expect=1)

    assert sentence in told
    assert len(told.splitlines()) == 1
    assert (tmp_path / ".env.example").read_text() == "LOG_FORMAT=\n"


def test_without_copier_it_says_how_to_start_it(steps: Path, run: Run, tmp_path: Path) -> None:
    told = run(sys.executable, "-S", steps, "v1.1.0", cwd=tmp_path, expect=1)

    assert "uv run --no-project --with copier python" in told


@pytest.mark.parametrize("made_up", [True, False], ids=["made-up versions", "ours"])
def test_each_version_with_steps_has_its_row(versions: Path, *, made_up: bool) -> None:
    """In the order of the versions, and started as the README of the hooks says."""
    root = versions if made_up else ROOT
    settings = yaml.safe_load((root / "copier.yml").read_text(encoding="utf-8"))
    rows = settings.get("_migrations", [])

    files = [file.stem.replace("_", ".") for file in (root / "hooks/versions").glob("v[0-9]*.py")]
    assert [row["version"] for row in rows] == sorted(files, key=Version)
    assert len(rows) == (2 if made_up else len(files))
    for row in rows:
        assert row["command"] == [
            "{{ _copier_python }}",
            "{{ _copier_conf.src_path }}/hooks/run.py",
            row["version"],
            "--answers-file={{ _copier_conf.answers_file }}",
        ]
        assert row["when"] == "{{ _stage == 'after' }}"


def test_the_steps_of_each_version_can_be_read() -> None:
    """A step refuses what could never be found, or would be done twice."""
    assert all(steps_of(version) for version in versions_with_steps())


@pytest.mark.parametrize("path", ["docs/a.md.jinja", "template/docs/a.md", "/a", "../a"])
def test_a_path_that_no_project_has_is_refused(path: str) -> None:
    for step in (lambda: Move(path, "b"), lambda: Move("b", path), lambda: Removal(path, "gone")):
        with pytest.raises(ValueError, match="is no path in a project"):
            step()


def test_hooks_import_the_standard_library_only_and_are_python_3_10() -> None:
    """Whatever runs Copier runs them; a file has one job, said in its first line."""
    files = [*HOOKS.rglob("*.py")]
    assert files
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 10))
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert not node.level
                names = [node.module or ""]
            for name in names:
                assert name.partition(".")[0] in {*sys.stdlib_module_names, "hooks"}, file
        assert len((ast.get_docstring(tree) or "").splitlines()[0]) > 20, file
        assert len(file.read_text(encoding="utf-8").splitlines()) <= 250, file
