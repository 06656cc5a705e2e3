"""What the runner needs around it, and how it refuses to run without."""

import ast
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

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
