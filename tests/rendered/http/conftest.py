"""The service over a real socket."""

from __future__ import annotations

import pytest
from httpx import AsyncClient
from tests.rendered.http.sockets import Socket


@pytest.fixture
async def socket(server: AsyncClient) -> Socket:
    return Socket(server)
