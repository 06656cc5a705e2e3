"""A stand-in that runs as a process of its own, so that it can be measured and killed."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
from httpx import AsyncClient
from local.keys import read_keys
from local.tokens import access_token

from my_supabase_service.supabase.http.client import tls_context


@dataclass(frozen=True)
class Project:
    """A stand-in that runs as a process of its own."""

    process: subprocess.Popen[str]
    folder: Path
    environment: dict[str, str]

    def client(self, user: UUID | None = None) -> AsyncClient:
        """Speak to its Storage, as the service role or as a user."""
        keys, url = read_keys(self.folder), self.environment["SUPABASE_URL"]
        headers = {"apikey": keys.publishable if user else keys.secret}
        if user:
            headers["Authorization"] = f"Bearer {access_token(keys, url, user)}"
        return AsyncClient(
            base_url=f"{url}/storage/v1",
            headers=headers,
            trust_env=False,
            timeout=60,
            # Each would else read the system's authorities, and there are dozens of clients.
            verify=tls_context(),
        )

    async def fetch(self, query: str) -> list[asyncpg.Record]:
        """Ask its database as `postgres`."""
        connection = await asyncpg.connect(self.environment["MIGRATIONS_DATABASE_URL"])
        try:
            return await connection.fetch(query)
        finally:
            await connection.close()

    async def run(self, statements: str) -> None:
        """Run statements there."""
        connection = await asyncpg.connect(self.environment["MIGRATIONS_DATABASE_URL"])
        await connection.execute(statements)
        await connection.close()

    def files(self) -> set[str]:
        """Return every file that holds bytes of objects, whole or not."""
        kept = (self.folder / "storage").rglob("*")
        return {path.name for path in kept if path.is_file()}
