"""Requests a second behind PgBouncer: this service beside the usual advice, in one run.

    uv run python -m tests.rendered.bench.throughput

in a rendered project that has these files. 64 clients list 20 of 1,000 memos; the usual advice is
NullPool, no statement cache, random statement names, and a `set_config` statement for role and
claims. It verifies no token, which this service does.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
from anyio import to_thread
from fastapi import FastAPI
from local.keys import read_keys
from local.people import ALICE, seed
from local.stand_in import stand_in
from local.tokens import access_token
from sqlalchemy import NullPool, func, make_url, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from tests.rendered.bench.pgbouncer import pgbouncer
from tests.rendered.bench.proxy import proxy
from tests.rendered.memos.model import Memo
from tests.rendered.memos.schemas import MemoRead
from tests.rendered.memos.table import make_memos

CLIENTS = 64
SECONDS = 8


def usual() -> FastAPI:
    """Make a service as the guides for transaction poolers have it."""
    url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+asyncpg", query={})
    engine = create_async_engine(
        url,
        poolclass=NullPool,
        connect_args={
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
            "prepared_statement_name_func": lambda: f"__asyncpg_{uuid4()}__",
            "ssl": False,
        },
    )
    app = FastAPI()
    claims = f'{{"sub": "{ALICE}", "role": "authenticated"}}'
    caller = select(
        func.set_config("role", "authenticated", True),  # noqa: FBT003
        func.set_config("request.jwt.claims", claims, True),  # noqa: FBT003
    )

    @app.get("/memos")
    async def list_memos() -> list[MemoRead]:  # pyright: ignore[reportUnusedFunction]
        async with AsyncSession(engine) as session, session.begin():
            await session.execute(caller)
            memos = await session.scalars(
                select(Memo).order_by(Memo.created_at.desc(), Memo.id.desc()).limit(20)
            )
            return [MemoRead.model_validate(memo) for memo in memos]

    return app


async def one_client(port: int, until: float, seconds: list[float]) -> None:
    """Ask for the list again and again over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    authorization = f"Authorization: Bearer {os.environ['TOKEN']}"
    request = f"GET /memos HTTP/1.1\r\nHost: x\r\n{authorization}\r\n\r\n"
    while time.monotonic() < until:
        began = time.monotonic()
        writer.write(request.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in head.splitlines()[0], head
        fields = dict(line.lower().split(b": ", 1) for line in head.splitlines()[1:] if line)
        await reader.readexactly(int(fields[b"content-length"]))
        seconds.append(time.monotonic() - began)
    writer.close()


@asynccontextmanager
async def served(application: str, url: str) -> AsyncGenerator[int]:
    """Serve the factory *application* on some port."""
    port = 8123
    command = [sys.executable, "-m", "uvicorn", "--factory", application, "--port", str(port)]
    server = await asyncio.create_subprocess_exec(
        *command,
        *("--http", "my_supabase_service.supabase.http.server.connection:Connection"),
        "--no-access-log",
        "--log-level",
        "error",
        env=os.environ
        | {"DATABASE_URL": url, "DATABASE_POOLING_MODE": "transaction", "DATABASE_POOL_SIZE": "10"},
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            except OSError:
                await asyncio.sleep(0.1)
        yield port
    finally:
        server.terminate()
        await server.wait()


async def main() -> None:
    """Print a row for each service and each distance."""
    with tempfile.TemporaryDirectory() as folder:
        async with stand_in(Path(folder), durable=False) as local:
            os.environ.update(local)
            command = Path(sys.executable).with_name("my-supabase-service")
            await to_thread.run_sync(lambda: subprocess.run([command, "migrate"], check=True))  # noqa: S603
            keys = read_keys(Path(folder))
            os.environ["TOKEN"] = access_token(keys, local["SUPABASE_URL"], ALICE)
            await make_memos(local["MIGRATIONS_DATABASE_URL"])
            await seed(local["MIGRATIONS_DATABASE_URL"], keys.login_password)
            connection = await asyncpg.connect(local["MIGRATIONS_DATABASE_URL"])
            await connection.execute(
                "insert into memos (owner_id, title)"
                " select $1, n::text from generate_series(1, 1000) n",
                ALICE,
            )
            await connection.close()
            async with (
                pgbouncer(local["DATABASE_URL"], pool_size=10) as bouncer,
                proxy("127.0.0.1", bouncer.port) as network,
            ):
                url = bouncer.url.replace(f":{bouncer.port}/", f":{network.port}/")
                for round_trip in (0, 0.01):
                    for name, application in {
                        "this service": "tests.rendered.bench.served:create",
                        "usual advice": "tests.rendered.bench.throughput:usual",
                    }.items():
                        network.delay = 0
                        async with served(application, url) as port:
                            network.delay = round_trip / 2
                            seconds: list[float] = []
                            until = time.monotonic() + SECONDS
                            await asyncio.gather(
                                *(one_client(port, until, seconds) for _ in range(CLIENTS))
                            )
                        p99 = statistics.quantiles(seconds, n=100)[98]
                        print(  # noqa: T201
                            f"{round_trip * 1000:4.0f} ms  {name}"
                            f"  {len(seconds) / SECONDS:7.0f} req/s  p99 {p99 * 1000:6.0f} ms"
                        )


if __name__ == "__main__":
    asyncio.run(main())
