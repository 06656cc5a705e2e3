"""Runs `template` in any folder, by the program of a project that is installed."""

import os
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., str]

PACKAGE = Path("src/my_supabase_service")
ANSWERS = ".copier-answers.yml"


class Tell:
    """Runs the command, and insists that it leaves no temporary folder behind."""

    def __init__(self, project: Path, run: Run, temporary: Path) -> None:
        self.program = project / ".venv/bin/my-supabase-service"
        self.run, self.temporary = run, temporary

    def environment(self) -> dict[str, str]:
        """Return ours, with another place for temporary folders."""
        self.temporary.mkdir(exist_ok=True)
        return os.environ | {"TMPDIR": str(self.temporary)}

    def __call__(self, folder: Path, *options: str, expect: int = 0, **variables: str) -> str:
        environment = self.environment() | variables
        command = (self.program, "template", *options)
        told = self.run(*command, cwd=folder, env=environment, expect=expect)
        assert self.left() == []
        return told.removeprefix("template: cloning it, to compare ...\n")

    def left(self) -> list[Path]:
        """Return what is left of temporary folders, of the command and of Copier."""
        return [path for path in self.temporary.iterdir() if path.name[:5] in ("templ", "copie")]


def answer(folder: Path, name: str, value: str | Path) -> None:
    """Write a line of the answers by hand."""
    file = folder / ANSWERS
    lines = file.read_text().splitlines(keepends=True)
    file.write_text(
        "".join(f"{name}: {value}\n" if line.startswith(f"{name}:") else line for line in lines)
    )
