"""The `dev` command: a local stand-in of Supabase, and the API on it with reload.

    dev ─┬─ python -m local      the stand-in; prints its environment when it is ready
         └─ tools/dev/server.py  the API; started anew when a file changes

Both children end when their standard input does, so nothing outlives this process.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from watchfiles import Change, PythonFilter, watch

from ..failure import Failure
from .children import running
from .stand_in import LOOPBACK, Process, enter, sign_up

Changes = Generator[set[tuple[Change, str]]]


@dataclass(frozen=True)
class Parts:
    """What `dev` does by way of the service's own modules, which take a second to import."""

    migrate: Callable[[], None]
    greet: Callable[[int], None]
    """Called with the port, once it serves."""


progress = Console(stderr=True, highlight=False)


def develop(application: str, load: Callable[[], Parts], *, port: int, fresh: bool) -> None:
    """Run until Ctrl-C: *application* is `module:function`.

    *load* imports while the stand-in starts, since both take a second.

    Raises:
        Failure: something is in the way; by then all of it is stopped.
    """
    port = _free_port(port)
    _interrupt_on_signals()
    progress.print("starting a Supabase of your own in .local/ ...")
    stand_in = ["-m", "local", *(["--fresh"] if fresh else [])]
    try:
        with running(*stand_in, stdout=subprocess.PIPE) as local:
            parts = load()
            enter(local)
            parts.migrate()
            sign_up()
            _serve_with_reload(application, port, local, lambda: parts.greet(port))
    except KeyboardInterrupt:
        progress.print("stopped")


def _free_port(port: int) -> int:
    """Return *port*, or any free one for 0."""
    with socket.socket() as listener:
        if sys.platform != "win32":  # there this option lets two programs listen on one port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError as error:
            raise Failure(
                f"port {port} is taken: stop what listens there, or choose another with --port"
            ) from error
        return int(listener.getsockname()[1])


def _interrupt_on_signals() -> None:
    """Stop as with Ctrl-C when the terminal is closed or somebody says `kill`."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)


def _serve_with_reload(
    application: str, port: int, local: Process, greet: Callable[[], None]
) -> None:
    changes: Changes = watch(
        "src", watch_filter=PythonFilter(), rust_timeout=500, yield_on_timeout=True
    )
    server_module = f"{__package__}.server"
    is_first = True
    while True:
        began = time.monotonic()
        with running("-m", server_module, application, str(port)) as server:
            # The first time, so that it watches from now on: a change before would be missed.
            if is_first and next(changes, None) is None:
                raise KeyboardInterrupt
            if not _listens(server, port):
                progress.print("[red]the service did not start[/]; the next change starts it again")
            elif is_first:
                greet()
            else:
                progress.print(f"reloaded in {time.monotonic() - began:.1f} s")
            is_first = False
            _wait_for_change(changes, local)


def _listens(server: Process, port: int) -> bool:
    """Wait until the server takes connections; False if it ends instead."""
    while server.poll() is None:
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def _wait_for_change(changes: Changes, local: Process) -> None:
    for changed in changes:
        if local.poll() is not None:
            raise Failure("the local Postgres ended; start `dev` again, the data is kept")
        if changed:
            files = sorted({os.path.relpath(path) for _, path in changed})
            progress.print(f"changed: {', '.join(files)}")
            return
    raise KeyboardInterrupt  # the watcher ends without an error when it is interrupted


def greet(title: str, command: str, port: int) -> None:
    """Tell what is where, and what to try first."""
    api = f"http://{LOOPBACK}:{port}"
    database = urlsplit(os.environ["DATABASE_URL"])
    screen = Console(highlight=False, soft_wrap=True)
    screen.print(
        f"\n  [bold green]{title}[/] is up. It reloads on change; Ctrl-C stops all of it.\n"
        f"\n  API       [cyan]{api}[/]"
        f"\n  Docs      [cyan]{api}/docs[/]"
        f"\n  Supabase  [cyan]{os.environ['SUPABASE_URL']}[/], its keys in .local/env"
        f"\n  Postgres  [cyan]{LOOPBACK}:{database.port}[/], kept in .local/, URL in .local/env"
        "\n  People    alice@example.com, alice-password; bob@example.com, bob-password"
        "\n\n  Try it:\n"
    )
    token = f'      -H "authorization: Bearer $(uv run {command} token alice)"'
    example = (
        f"    curl {api}/notes \\\n{token} \\\n"
        """      -H 'content-type: application/json' -d '{"title": "a first note"}'\n"""
        if any(Path("src").glob("*/notes/routes.py"))  # it may be deleted or renamed
        else f"    curl {api}/me \\\n{token}\n"
    )
    screen.print(example, markup=False)
