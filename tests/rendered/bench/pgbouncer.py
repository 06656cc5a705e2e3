"""The real PgBouncer of this machine, before the Postgres of a test.

Debian's 1.18 is the hardest case: it knows no prepared statements, refuses most start-up
parameters, and may itself crash when many clients cancel.
"""

import asyncio
import os
import shutil
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil
from sqlalchemy import URL, make_url

from .pooled import USER, client_url, states
from .ports import free_port

PATIENCE = 30
"""Seconds for a start."""

SETTINGS = {
    "listen_addr": "127.0.0.1",
    "unix_socket_dir": "",
    "listen_backlog": 1024,
    "auth_type": "scram-sha-256",
    "max_client_conn": 1000,
    "query_wait_timeout": 10,
    # The default, 15 s, would be most of what a test measures after a restart of Postgres.
    "server_login_retry": 1,
}


class PgBouncer:
    """A PgBouncer that can be stopped, and that is started again when it dies by itself."""

    def __init__(self, command: list[str], folder: Path, port: int, database_url: str) -> None:
        self.port = port
        self.url = client_url(database_url, port)
        """What a `DATABASE_URL` says to reach Postgres through it."""
        self.crashes = 0
        """How often it died by itself and was started again."""
        self._command = command
        self._folder = folder
        self._database_url = database_url
        self._process: Process | None = None
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it, and return when it accepts clients."""
        process = await self._launch()
        self._watch = asyncio.create_task(self._keep_alive(process))

    async def stop(self) -> None:
        """Kill it as a crash would: nobody is told, and its port answers no more."""
        if self._watch:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        if self._process:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def restart(self) -> None:
        """Kill it, and start it again on the same port."""
        await self.stop()
        await self.start()

    async def states(self) -> list[str]:
        """Give the state of each server connection, such as `idle in transaction`."""
        assert self._process
        sockets = psutil.Process(self._process.pid).net_connections("tcp4")
        postgres = make_url(self._database_url).port
        ports = [each.laddr.port for each in sockets if each.raddr and each.raddr.port == postgres]
        return await states(self._database_url, ports)

    def log(self) -> str:
        """Give what it wrote so far."""
        return (self._folder / "log").read_text(encoding="utf-8", errors="replace")

    async def _launch(self) -> Process:
        with (self._folder / "log").open("ab") as log:
            self._process = process = await asyncio.create_subprocess_exec(
                *self._command,
                str(self._folder / "pgbouncer.ini"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                # It refuses to be root.
                user="nobody" if _is_root() else None,
                extra_groups=[] if _is_root() else None,
            )
        async with asyncio.timeout(PATIENCE):
            while not await self._accepts():
                if process.returncode is not None:
                    raise RuntimeError(f"PgBouncer does not start:\n{self.log()}")
                await asyncio.sleep(0.01)
        return process

    async def _accepts(self) -> bool:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.close()
            return True
        return False

    async def _keep_alive(self, process: Process) -> None:
        while True:
            code = await process.wait()
            last_words = "".join(f"\n  {line}" for line in self.log().splitlines()[-3:])
            print(f"PgBouncer died by itself ({code}) and is started again:{last_words}")  # noqa: T201
            process = await self._launch()
            self.crashes += 1


@asynccontextmanager
async def pgbouncer(
    database_url: str,
    *,
    pool_size: int = 2,
    mode: str = "transaction",
    extra: Mapping[str, object] | None = None,
) -> AsyncGenerator[PgBouncer]:
    """Run PgBouncer with *pool_size* server connections before the server of *database_url*.

    Any database of that server can be asked for, and each has a pool of its own.
    """
    with tempfile.TemporaryDirectory(prefix="pgbouncer-") as name:
        folder, port = Path(name), free_port()
        settings = SETTINGS | {
            "listen_port": port,
            "pool_mode": mode,
            "default_pool_size": pool_size,
            "auth_file": folder / "users",
            **(extra or {}),
        }
        _write(folder, make_url(database_url), settings)
        bouncer = PgBouncer(_command(), folder, port, database_url)
        try:
            await bouncer.start()
            yield bouncer
        finally:
            await bouncer.stop()


def _write(folder: Path, url: URL, settings: Mapping[str, object]) -> None:
    password = str(url.password)
    server = {"host": url.host, "port": url.port, "user": url.username, "password": password}
    quoted = " ".join(key + "=" + _quoted(value, "'") for key, value in server.items())
    ini = ["[databases]", f"* = {quoted}", "[pgbouncer]"]
    ini += [f"{key} = {value}" for key, value in settings.items()]
    users = _quoted(USER, '"') + " " + _quoted(password, '"')
    for name, text in {"pgbouncer.ini": "\n".join(ini), "users": users, "log": ""}.items():
        file = folder / name
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8")
        if _is_root():
            shutil.chown(file, "nobody")
    if _is_root():
        shutil.chown(folder, "nobody")


def _quoted(value: object, mark: str) -> str:
    return mark + str(value).replace(mark, mark * 2) + mark


def _command() -> list[str]:
    # Debian puts it where only root's PATH leads.
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")
    if not found:
        raise RuntimeError("The tests of poolers need PgBouncer: apt-get install pgbouncer")
    # So that it does not outlive a killed test run, where the kernel can see to that.
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig=KILL", found] if setpriv else [found]


def _is_root() -> bool:
    return os.geteuid() == 0
