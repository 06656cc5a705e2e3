"""Draws the pictures of README: the real output of commands in a freshly rendered service."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parent.parent
WIDTH = 108
COMMANDS = {"doctor": "doctor --local", "probe": "lint --probe --local"}
"""Pictures, and the commands that are run on what `dev` left."""


def output_of(service: Path, *arguments: str, asks: bool = False) -> str:
    """Run a command on a terminal of its own; with *asks*, write a note and stop it."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"COLUMNS": str(WIDTH), "TERM": "xterm-256color", "UV_NO_SYNC": "1"}
    environment.pop("VIRTUAL_ENV", None)
    process = subprocess.Popen(
        ["uv", "run", "--no-progress", "my-supabase-service", *arguments],  # noqa: S607
        cwd=service,
        stdout=theirs,
        stderr=theirs,
        env=environment,
    )
    os.close(theirs)
    printed, asked, give_up = "", False, time.monotonic() + 60
    while time.monotonic() < give_up:
        if select.select([ours], [], [], 0.5)[0]:
            try:
                printed += os.read(ours, 65536).decode()
            except OSError:
                break
        elif asks and "Try it" in printed and not asked:
            asked = True
            ask(service)
        elif asked:
            process.send_signal(signal.SIGINT)
    process.wait()
    return printed.replace("\r\n", "\n")


def ask(service: Path) -> None:
    """Write a note of Alice's: a line of the log to see, and a row for the probe."""
    command = ["uv", "run", "--no-progress", "my-supabase-service", "token"]
    token = subprocess.check_output(command, cwd=service, text=True).strip()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    url, note = "http://127.0.0.1:8000/notes", b'{"title": "milk"}'
    urllib.request.urlopen(urllib.request.Request(url, note, headers))


def draw(name: str, printed: str, command: str) -> None:
    """Write what a command printed as docs/*name*.svg."""
    console = Console(record=True, width=WIDTH, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
    console.print(Text(f"$ uv run my-supabase-service {command}", style="bold"))
    console.print(Text.from_ansi(re.sub(r"\n{3,}", "\n\n", printed)))
    svg = console.export_svg(title="my-service")
    # Without the web fonts that Rich links to: a picture loads nothing from elsewhere.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    (ROOT / "docs" / f"{name}.svg").write_text(svg, encoding="utf-8")


def main() -> None:
    """Render, run, draw."""
    with tempfile.TemporaryDirectory() as folder:
        service = Path(folder) / "my-service"
        copier = [sys.executable, "-m", "copier", "copy", "--defaults", "--quiet"]
        subprocess.run([*copier, "--vcs-ref", "HEAD", ROOT, service], check=True)
        subprocess.run(["uv", "sync", "--quiet"], cwd=service, check=True)  # noqa: S607
        draw("dev", output_of(service, "dev", asks=True), "dev")
        for name, command in COMMANDS.items():
            draw(name, output_of(service, *command.split()), command)


if __name__ == "__main__":
    main()
