"""What a load balancer learns of storage: it is named, and does not take the rest away."""

from __future__ import annotations

import time
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from pydantic import SecretStr
from sqlalchemy import text

from my_supabase_service.supabase import CallerSession


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    """With a route that needs the database, and no storage."""

    @app.get("/role")
    async def role(session: CallerSession) -> str:
        return str(await session.scalar(text("select current_user")))

    return app


async def test_storage_has_a_line_of_its_own(client: AsyncClient) -> None:
    answer = await client.get("/health/ready")

    assert (answer.status_code, answer.json()["services"]) == (200, {"storage": "ok"})


class TestWithoutStorage:
    @pytest.fixture
    def settings(self, settings: Any, stand_in: dict[str, str]) -> Any:
        changes = {
            "supabase_url": "http://127.0.0.1:1",
            "supabase_jwks_url": f"{stand_in['SUPABASE_URL']}/auth/v1/.well-known/jwks.json",
        }
        return settings.model_copy(update=changes)

    async def test_the_service_starts_and_serves_everything_else(
        self, alice: AsyncClient, client: AsyncClient
    ) -> None:
        began = time.monotonic()

        ready = await client.get("/health/ready")

        assert (ready.status_code, ready.json()["services"]) == (200, {"storage": "away"})
        assert (await alice.get("/role")).status_code == 200
        assert (await alice.get("/files")).status_code == 503
        assert time.monotonic() - began < 4


class TestWithAnotherProjectsKey:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        changes = {"supabase_publishable_key": SecretStr("sb_publishable_of_another_project")}
        return settings.model_copy(update=changes)

    async def test_storage_is_away_too(self, client: AsyncClient) -> None:
        answer = await client.get("/health/ready")

        assert answer.json()["services"] == {"storage": "away"}
