"""The steps of a rendered workflow, and a runner for them that is not GitHub's."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import yaml

Run = Callable[..., str]

ROOT = Path(__file__).parent.parent
WORKFLOW = Path(".github/workflows/template.yml")


def steps() -> dict[str, dict[str, Any]]:
    """Return the steps that run something, by name."""
    workflow = yaml.safe_load((ROOT / "template" / WORKFLOW).read_text(encoding="utf-8"))
    every = cast("list[dict[str, Any]]", workflow["jobs"]["update"]["steps"])
    return {step["name"]: step for step in every if "run" in step}


class Runner:
    """Runs steps one by one, as GitHub would."""

    def __init__(self, run: Run, folder: Path, temporary: Path) -> None:
        self.run, self.folder, self.temporary = run, folder, temporary
        self.variables = {"github.token": "token", "vars.TEMPLATE_TRUST": ""}
        self.programs = temporary / "programs"
        self.programs.mkdir()
        self.program("gh", 'printf "%s\\n" "$@" > "$RUNNER_TEMP/gh"')

    def program(self, name: str, script: str) -> None:
        """Put a program before all others of its name."""
        file = self.programs / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    @property
    def newest(self) -> str:
        """What the first step found."""
        line = (self.temporary / "output").read_text().strip()
        return line.removeprefix("newest=")

    def step(self, name: str, expect: int = 0) -> str:
        """Run one step, whose condition is met."""
        step = steps()[name]
        given = {
            key: self.variables[value.strip("${ }")] for key, value in step.get("env", {}).items()
        }
        path = [str(self.programs), str(Path(os.environ["UV"]).parent), os.environ["PATH"]]
        environment = (
            os.environ
            | given
            | {
                "PATH": os.pathsep.join(path),
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GITHUB_OUTPUT": str(self.temporary / "output"),
                "GITHUB_WORKSPACE": str(self.folder),
                "RUNNER_TEMP": str(self.temporary),
            }
        )
        words = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"])
        return self.run(*words, cwd=self.folder, env=environment, expect=expect)
