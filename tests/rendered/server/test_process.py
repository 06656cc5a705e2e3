"""The service as it is deployed: `serve`, as a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest
from local.people import ALICE
from tests.rendered.bench.others import wait_until_locked_out
from tests.rendered.bench.ports import free_port
from tests.rendered.server.raw import GET, connected, exchange, statuses

from my_supabase_service.supabase.http.server.config import STOP_WITHIN

COMMAND = Path(sys.executable).with_name("my-supabase-service")
HALF = GET + b"Authorization: Bear"


class Service:
    """A running `serve` on *port*, also of a service with memos; and what it has logged so far."""

    def __init__(self, environment: dict[str, str], log: Path, *, with_memos: bool) -> None:
        self.port = free_port()
        self.log = log
        served = [sys.executable, "-m", "tests.rendered.bench.served", str(self.port)]
        with log.open("w") as stderr:
            self.process = subprocess.Popen(  # noqa: S603
                served if with_memos else [COMMAND, "serve"],
                env=os.environ | environment | {"PORT": str(self.port)},
                stderr=stderr,
            )

    async def is_up(self) -> None:
        async with asyncio.timeout(60):
            while self.process.poll() is None:
                with suppress(OSError):
                    if await exchange(self.port, b"GET /health/live HTTP/1.0\r\n\r\n"):
                        return
                await asyncio.sleep(0.05)
        pytest.fail(self.log.read_text())

    def stop(self) -> float:
        """Ask it to stop as a platform does; return the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        return time.monotonic() - began


@asynccontextmanager
async def running(
    environment: dict[str, str], log: Path, *, with_memos: bool = False
) -> AsyncGenerator[Service]:
    service = Service(environment, log, with_memos=with_memos)
    try:
        await service.is_up()
        yield service
    finally:
        service.process.kill()
        service.process.wait()


@pytest.fixture(scope="module")
async def service(
    stand_in: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Service]:
    """A service whose database nobody asks for anything."""
    async with running(stand_in, tmp_path_factory.mktemp("service") / "log") as service:
        yield service


ENORMOUS = {
    "a header": GET + b"A: " + b"x" * (50 * 2**20),
    "a target": b"GET /" + b"x" * (50 * 2**20),
    "many fields": GET + b"a: x\r\n" * (8 * 2**20),
}


async def test_others_are_answered_while_something_enormous_comes_in(service: Service) -> None:
    """50 MB of a header took three seconds to parse, in which nobody else was served.

    Those of its processor, since others may keep it from working.
    """
    process, waits = psutil.Process(service.process.pid), list[float]()

    async def ping() -> None:
        while True:
            began = process.cpu_times()
            await exchange(service.port, b"GET /health/live HTTP/1.0\r\n\r\n")
            waits.append(sum(process.cpu_times()[:2]) - sum(began[:2]))
            await asyncio.sleep(0.01)

    pinging = asyncio.create_task(ping())
    for request in ENORMOUS.values():
        sending = subprocess.Popen(  # noqa: ASYNC220, S603  # its own process: ours keeps time
            [sys.executable, "-c", SEND, str(service.port)], stdin=subprocess.PIPE
        )
        await asyncio.to_thread(sending.communicate, request)
    pinging.cancel()
    await asyncio.wait([pinging])

    assert len(waits) > 10
    assert max(waits) < 0.5


SEND = """
import contextlib, socket, sys
data = sys.stdin.buffer.read()
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as client:
    with contextlib.suppress(OSError):
        client.sendall(data)
        client.recv(1000)
"""


async def test_a_stop_answers_what_is_under_way_and_waits_for_nobody_else(
    stand_in: dict[str, str],
    database_url: str,
    owner_url: str,
    token: Callable[..., str],
    tmp_path: Path,
) -> None:
    """Within the ten seconds that platforms give."""
    environment = stand_in | {"DATABASE_URL": database_url}
    headers = {"Authorization": f"Bearer {token(ALICE)}"}
    sql = await asyncpg.connect(owner_url)
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(
            running(environment, tmp_path / "log", with_memos=True)
        )
        address = f"http://127.0.0.1:{service.port}/memos"
        client = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
        for begin in (HALF, GET + b"\r\n", b""):
            _, writer = await stack.enter_async_context(connected(service.port))
            writer.write(begin)
        async with sql.transaction():
            await sql.execute("lock table memos")
            asking = asyncio.create_task(client.get(address, headers=headers, timeout=30))
            await wait_until_locked_out(sql)
            stopping = asyncio.create_task(asyncio.to_thread(service.stop))
            await asyncio.sleep(0.5)
        answer = await asking
        seconds = await stopping
    await sql.close()

    assert answer.status_code == 200
    assert seconds < STOP_WITHIN
    assert service.process.returncode == -signal.SIGTERM


SECRETS = ("access_token", "token", "apikey", "refresh_token", "code", "signature", "q")


async def test_no_query_is_logged(service: Service) -> None:
    """A browser's WebSocket, a link, a download: some have the token in their address."""
    query = "&".join(f"{name}=hunter2" for name in SECRETS).encode()
    upgrade = b"Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    for request in (
        b"GET /health/live?%s HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET /me?%s HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET /nowhere?%s HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET /health/live?%s HTTP/1.1\r\n" + upgrade + b"\r\n",
        b"GET /health/live?%s HTTP/1.1\r\nA: \x00\r\n\r\n",
        b"GET /health/live?%s" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n",
    ):
        assert statuses(await exchange(service.port, request % query))

    log = service.log.read_text()
    assert " GET /health/live 200 in " in log
    assert "hunter2" not in log


async def test_a_port_that_is_none_is_told(stand_in: dict[str, str]) -> None:
    for port in ("70000", "-1", "http"):
        done = await asyncio.to_thread(
            subprocess.run,
            [COMMAND, "serve"],
            env=os.environ | stand_in | {"PORT": port},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert "PORT" in done.stderr
        assert "Traceback" not in done.stderr
