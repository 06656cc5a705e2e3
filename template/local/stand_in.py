"""The whole stand-in of a Supabase project: its services, up and down together."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from .folder import claimed, write_private
from .postgres import Postgres, postgres
from .problem import Problem


@asynccontextmanager
async def stand_in(
    folder: Path,
    *,
    durable: bool = True,
    fresh: bool = False,
    on_death: Callable[[Problem], None] | None = None,
) -> AsyncGenerator[dict[str, str]]:
    """Run a Supabase project whose state is kept in *folder*; yield what its `.env` would say.

    The same stands in `<folder>/env`, so `uv run --env-file .local/env ...` reaches it from
    elsewhere; it stays there afterwards, with a password that outlives the run.

    *durable* data survive a power cut; tests need not wait for that. *fresh* drops what was kept.
    *on_death* is called if a service ends by itself.
    """
    with claimed(folder), postgres(folder / "postgres", durable=durable, fresh=fresh) as server:
        environment = {
            "DATABASE_URL": server.url("postgres"),
            "DATABASE_POOLING_MODE": "direct",
            "MIGRATIONS_DATABASE_URL": server.url("postgres"),
            # Read instead of `.env`, which names a real project.
            "ENV_FILE": str(Path.cwd() / folder / "env"),
        }
        write_private(folder / "env", _dotenv(environment))
        watch = asyncio.create_task(_watch(server, on_death)) if on_death else None
        try:
            yield environment
        finally:
            if watch:
                watch.cancel()


async def _watch(server: Postgres, on_death: Callable[[Problem], None]) -> None:
    on_death(await server.death())


def _dotenv(environment: dict[str, str]) -> str:
    lines: list[str] = []
    for name, value in environment.items():
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        lines.append(f"{name}='{escaped}'\n")
    return "".join(lines)
