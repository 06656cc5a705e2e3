"""The documents say what is so."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import yaml

Render = Callable[..., Path]
Run = Callable[..., str]

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [line.strip() for line in README.splitlines() if line.startswith("    ")]


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert script.splitlines()[-1] in COMMANDS


def test_the_readme_lists_the_questions_with_their_defaults() -> None:
    questions = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))

    asked = [
        name
        for name, question in questions.items()
        if not name.startswith("_") and question.get("when", True)
    ]
    assert re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE) == asked
    for name in ("supabase_region", "pooling_mode"):
        assert f"| `{name}` | `{questions[name]['default']}` |" in README


def test_the_first_command_of_the_readme_serves_a_service(
    template: Path, run: Run, tmp_path: Path
) -> None:
    """Word for word, in a clone that has nothing else in it."""
    run("git", "clone", "--quiet", template, "clone", cwd=tmp_path)
    command = next(line for line in COMMANDS if line.endswith("dev"))
    environment = {
        **os.environ,
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    }
    environment.pop("UV", None)
    said = tmp_path / "said"
    with said.open("w") as output:
        serving = subprocess.Popen(
            ["bash", "-c", f"exec 2>&1; {command}"],  # noqa: S607
            cwd=tmp_path / "clone",
            env=environment,
            stdout=output,
            start_new_session=True,
        )
    give_up = time.monotonic() + 300
    while not (is_up := " is up. " in said.read_text()) and time.monotonic() < give_up:
        assert serving.poll() is None, said.read_text()
        time.sleep(0.2)
    ready = "http://127.0.0.1:8000/health/ready"
    status = httpx.get(ready, trust_env=False).status_code if is_up else None
    os.killpg(serving.pid, signal.SIGINT)
    serving.wait(60)

    assert status == 200, said.read_text()
    assert "is ready in" in said.read_text()
    assert (tmp_path / "my-service" / "uv.lock").is_file()


def test_the_map_of_a_rendered_project_names_what_is_there(render: Render) -> None:
    folder = render()
    text = (folder / "docs" / "README.md").read_text()

    package = folder / "src" / "my_supabase_service"
    for name in re.findall(r"^  (\w+(?:\.py|/))  ", text, re.MULTILINE):
        assert (package / name).exists(), name
    for name in re.findall(r"`((?:src|tests|migrations|local)/[\w/]*)`", text):
        assert (folder / name).exists(), name
