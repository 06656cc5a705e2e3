"""The service's log has no secret that a server says back, in text and in JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from tests.conftest import talking_to
from tests.rendered.tools.doctor.planted import HARD, MARK, forms, planted, secrets
from tests.rendered.tools.doctor.saying_back import saying_back

from my_supabase_service.main import create_app
from my_supabase_service.settings import Settings

EVERY = {name.lower(): planted(name) for name in secrets(Settings)}
SAID = "no: " + " ".join(form for value in (*EVERY.values(), HARD) for form in forms(value))


@pytest.mark.parametrize("lets_in", [False, True], ids=["a login", "each statement"])
@pytest.mark.parametrize("log_format", ["text", "json"])
async def test_what_a_server_says_back_is_not_logged(
    new_settings: Callable[..., Settings],
    capsys: pytest.CaptureFixture[str],
    log_format: str,
    lets_in: bool,
) -> None:
    async with saying_back(SAID, lets_in=lets_in) as port:
        url = f"postgresql://postgres:{quote(HARD, safe='')}@127.0.0.1:{port}/postgres"
        there: dict[str, Any] = {**EVERY, "database_url": f"{url}?sslmode=disable"}
        there |= {"supabase_url": "http://127.0.0.1:1", "log_format": log_format}
        app = create_app(new_settings(**there))
        async with (
            app.router.lifespan_context(app) as state,
            talking_to(app, state or {}) as client,
        ):
            answer = await client.get("/health/ready")

    logged = capsys.readouterr().err
    assert answer.status_code == 503
    assert "***" in logged
    assert MARK not in logged + answer.text
    assert log_format == "text" or all(map(json.loads, logged.splitlines()))
