"""Files past every policy: asked for by name, with a reason that is logged."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from httpx import AsyncClient

from my_supabase_service.supabase.http.errors import Misconfigured
from my_supabase_service.supabase.storage.service import (
    ServiceBucket,
    service_bucket,
    service_storage,
)

Everything = Annotated[ServiceBucket, Depends(service_storage(reason="a test tidies up"))]


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    """A service with a route that deletes whatever it likes."""

    @app.post("/tidy")
    async def tidy(bucket: Everything) -> None:
        await bucket.list_folder("", limit=1)

    return app


async def test_it_has_the_secret_key_and_no_token(
    alice: AsyncClient, storage: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Also when a caller's token came with the request."""
    caplog.set_level(logging.INFO)

    await alice.post("/tidy")

    [asked] = storage.asked
    assert asked.headers["apikey"] == "sb_secret_key"
    assert "authorization" not in asked.headers
    assert "service storage: a test tidies up" in caplog.text
    assert "sb_secret_key" not in caplog.text


async def test_it_needs_a_reason(state: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        service_storage(reason=" ")
    with pytest.raises(ValueError, match="needs a reason"):
        service_bucket(state["storage"], reason="")


class TestWithoutKey:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return settings.model_copy(update={"supabase_secret_key": None})

    async def test_it_is_told_to_operators(
        self, state: Mapping[str, Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        with pytest.raises(Misconfigured):
            service_bucket(state["storage"], reason="a test")
        assert "SUPABASE_SECRET_KEY is not set" in caplog.text
