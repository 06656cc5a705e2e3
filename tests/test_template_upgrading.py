"""docs/upgrading.md word for word, and the rendered test that speaks up before an update."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import copier
import pytest

from tests.rendered.docs.blocks import blocks

Render = Callable[..., Path]
Run = Callable[..., str]
Commit = Callable[[Path, str], None]

PACKAGE = Path("src/my_supabase_service")
ANSWERS = ".copier-answers.yml"
RUN_ELSEWHERE = {
    "uv run my-supabase-service template": "test_template_command.py, and at the end of this",
    "uvx copier update --defaults": "test_template_workflow.py",
    "uvx copier update --vcs-ref=:current: --defaults --data include_update_check=true": "the same",
    "uvx copier update --vcs-ref=:current: --defaults --data include_rls=true": "test_flips.py",
    'uv run my-supabase-service revision -m "row level security"': "test_revision.py",
    "uv run my-supabase-service migrate --local": "test_revision.py",
}
WHOLE, PART = "uv run pytest", "uv run pytest tests/test_template.py"
"""The whole suite of a project runs in test_project.py."""

TOLD = """
Edited here, in shared files. Updates merge this.
     +3    -0  src/new_name/main.py

Up to date: the template has nothing newer.
"""


def commands(folder: Path) -> list[str]:
    """Return the lines of the page that one can paste."""
    page = blocks(folder / "docs/upgrading.md")
    lines = [
        line.partition("  #")[0].strip()
        for block in page
        if block.language == "bash"
        for line in block.text.splitlines()
    ]
    return [line for line in lines if line.startswith(("uv", "git"))]


def test_every_command_of_the_page_does_what_it_says(
    install: Render, run: Run, commit: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From edits that are given up to another name of the package."""
    monkeypatch.setenv("PATH", f"{Path(os.environ['UV']).parent}{os.pathsep}{os.environ['PATH']}")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "A")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "a@example.com")
    folder = install(include_rls=False)
    main = folder / PACKAGE / "main.py"
    main.write_text(main.read_text() + "\n\nMINE = 1\n")
    commit(folder, "Start")
    [give_up] = [
        line.split("`")[1]
        for line in (folder / "docs/upgrading.md").read_text().splitlines()
        if "git reset" in line
    ]
    (folder / "README.md").write_text("Gone.\n")
    (folder / "new.md").write_text("New.\n")
    run("bash", "-c", give_up, cwd=folder)
    assert run("git", "status", "--porcelain", cwd=folder) == ""

    for line in commands(folder):
        if line in RUN_ELSEWHERE:
            continue
        if line.startswith("git add") and not run("git", "status", "--porcelain", cwd=folder):
            (folder / "new.md").write_text(f"Something to commit: {line}\n")
        run("bash", "-c", line.replace(WHOLE, PART), cwd=folder)

    assert [*(folder / "src").iterdir()] == [folder / "src/new_name"]
    assert "package_name: new_name\n" in (folder / ANSWERS).read_text()
    assert run("git", "grep", "-lw", PACKAGE.name, cwd=folder, expect=1) == ""
    told = run("uv", "run", "my-supabase-service", "template", cwd=folder)
    assert TOLD in told
    tests = ("tests/test_template.py", "tests/test_house.py", "tests/test_main.py")
    assert " passed" in run("uv", "run", "pytest", "--quiet", *tests, cwd=folder)


def test_what_would_break_an_update_is_red_before(
    project: Path, rendered: Render, run: Run, tmp_path: Path
) -> None:
    folder = shutil.copytree(rendered(), tmp_path / "service")
    pytest_ = (project / ".venv/bin/python", "-m", "pytest", "--quiet", "tests/test_template.py")
    answers = folder / ANSWERS
    whole = answers.read_text()
    answers.write_text(
        "".join(
            line for line in whole.splitlines(keepends=True) if "_src_path" not in line
        ).replace("package_name: my_", "package_name: your_")
    )
    page = folder / "docs/auth.md"
    page.write_text(page.read_text() + "<<<<<<< before updating\n")

    told = run(*pytest_, cwd=folder, expect=1)

    assert "take these lines of .copier-answers.yml back from Git" in told
    assert "src/your_supabase_service is not there: if it has another name now, docs/up" in told
    assert "docs/auth.md" in told
    assert "3 failed" in told


def test_copying_again_leaves_alone_what_is_yours(
    render: Render, template: Path, commit: Callable[[Path, str], None]
) -> None:
    """Also what was deleted."""
    folder = render()
    commit(folder, "Start")
    shutil.rmtree(folder / PACKAGE / "notes")
    samples = folder / "tests/samples.py"
    samples.write_text("# Mine.\n")

    copier.run_copy(str(template), folder, defaults=True, overwrite=True, quiet=True, unsafe=False)

    assert not (folder / PACKAGE / "notes").exists()
    assert samples.read_text() == "# Mine.\n"
