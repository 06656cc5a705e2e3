"""What is asked of a rendered project, this repository does itself."""

from collections.abc import Callable
from pathlib import Path

Run = Callable[..., str]

ROOT = Path(__file__).parent.parent


def test_it_is_formatted_linted_and_typed(run: Run) -> None:
    run("uv", "run", "ruff", "format", "--check", cwd=ROOT)
    run("uv", "run", "ruff", "check", cwd=ROOT)
    assert "0 errors, 0 warnings" in run("uv", "run", "basedpyright", cwd=ROOT)


def test_its_lock_file_is_current(run: Run) -> None:
    run("uv", "lock", "--check", cwd=ROOT)


def test_nearly_every_file_of_the_template_is_plain(run: Run) -> None:
    """A file without Jinja can be linted, merged and moved without rendering it."""
    listed = run("git", "ls-files", "-z", "template", cwd=ROOT)
    files = [ROOT / name for name in listed.split("\0") if name]

    with_jinja = [path for path in files if path.suffix == ".jinja"]
    # A test of the package has to name it, and a page of docs or of a skill the command.
    named = {"tests", "docs", "skills"}
    code = [p for p in with_jinja if not named & {*p.relative_to(ROOT / "template").parts}]
    assert len(code) <= 17
    for path in with_jinja:
        assert path.with_suffix("") not in files, "rendered twice"
    for path in set(files) - set(with_jinja):
        text = path.read_text(encoding="utf-8")
        assert "{{ package_name" not in text
        assert "{% " not in text


def test_no_test_file_is_over_250_lines() -> None:
    for file in (ROOT / "tests").rglob("*.py"):
        assert len(file.read_text(encoding="utf-8").splitlines()) <= 250, file
