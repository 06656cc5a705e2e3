"""What a load balancer learns."""

from __future__ import annotations

import time
from typing import Any

import pytest
from httpx import AsyncClient
from pydantic import SecretStr


async def test_a_service_that_works_is_live_and_ready(client: AsyncClient) -> None:
    assert (await client.get("/health/live")).status_code == 200
    assert (await client.get("/health/ready")).status_code == 200


class TestWithoutDatabase:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        nowhere = SecretStr("postgresql://postgres:secret@127.0.0.1:1/postgres?sslmode=disable")
        return settings.model_copy(update={"database_url": nowhere})

    async def test_the_service_starts_and_is_live_and_not_ready(self, client: AsyncClient) -> None:
        began = time.monotonic()

        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("/health/ready")).status_code == 503
        assert time.monotonic() - began < 4

    async def test_a_request_is_503_without_a_word_about_the_host(self, alice: AsyncClient) -> None:
        answer = await alice.get("/memos")

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert "127.0.0.1" not in answer.text
