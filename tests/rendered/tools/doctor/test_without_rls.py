"""What is told only where requests act as the login itself."""

from __future__ import annotations

from tests.rendered.tools.doctor.conftest import Look


async def test_the_login_acts_by_its_own_grants(look: Look) -> None:
    assert (await look())["role"].says == "requests act as service_login, by its own grants"
