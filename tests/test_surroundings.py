"""A rendered project in the folders, shells and workflows of its users."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from tests.rendered.bench.ports import free_port

Render = Callable[..., Path]
Run = Callable[..., str]

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("sign", ["$", "`", '"', "\\"])
def test_an_environment_whose_path_a_shell_would_read_is_refused_in_a_line(
    render: Render, run: Run, tmp_path: Path, sign: str
) -> None:
    """Wherever the project itself is: the programs of Postgres are in the environment."""
    folder = render()
    place = tmp_path / f"of{sign}HOME"
    environment = os.environ | {"UV_PROJECT_ENVIRONMENT": str(place)}
    run("uv", "sync", "--quiet", cwd=folder, env=environment)

    told = run(place / "bin/python", "-m", "local", cwd=folder, expect=1, env=environment)

    [line] = told.splitlines()
    assert str(place) in line
    assert "make the virtual environment elsewhere" in line


def test_files_of_settings_stay_out_of_git(render: Render, run: Run) -> None:
    folder = render()
    run("git", "init", "--quiet", cwd=folder)
    names = (".env", ".env.dev", ".env.production")
    for name in names:
        (folder / name).write_text("DATABASE_URL=secret\n")

    run("git", "add", "--all", cwd=folder)

    added = run("git", "ls-files", cwd=folder).split()
    assert not {*names} & {*added}
    assert ".env.example" in added


def test_the_workflow_gets_an_answer_of_dev(project: Path, run: Run) -> None:
    """The step as it stands, on a port that is free."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    steps = cast("list[dict[str, Any]]", workflow["jobs"]["rendered"]["steps"])
    [script] = [step["run"] for step in steps if step.get("name") == "dev answers"]
    port = str(free_port())

    words = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c")
    # The runner has uv on its PATH; here it may be only known to the one who started us.
    folders = [str(Path(os.environ["UV"]).parent), os.environ["PATH"]]
    environment = os.environ | {"PATH": os.pathsep.join(folders)}
    told = run(*words, script.replace("8000", port) + "wait\n", cwd=project, env=environment)

    assert '"items":[' in told
    assert " 401 " not in told  # a token or a port may hold these digits
