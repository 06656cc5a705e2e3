"""Why the login of migrations is refused: in one line, as it is of the service's."""

from __future__ import annotations

import pytest
from sqlalchemy import make_url
from tests.rendered.bench.pgbouncer import pgbouncer
from tests.rendered.bench.supavisor import supavisor
from tests.rendered.tools.doctor.conftest import Hosts, Look

SAYS = "migrations cannot log in (MIGRATIONS_DATABASE_URL): "


@pytest.mark.parametrize(
    ("refusal", "says", "remedy"),
    [
        ("EAUTHQUERY", "the database has no such role", "Dashboard: Connect"),
        ("password", "the user or the password is wrong", "Dashboard: Connect"),
    ],
)
async def test_a_refusal_of_a_pooler_is_told(
    look: Look, owner_url: str, refusal: str, says: str, remedy: str
) -> None:
    async with supavisor(owner_url) as pooler:
        pooler.refuse = refusal
        said = await look(MIGRATIONS_DATABASE_URL=pooler.url)

    assert said.alone("migrations").says.startswith(f"{SAYS}{says}")
    assert remedy in said["migrations"].remedy
    assert pooler.logins == 1


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ({"auth_type": "trust", "auth_file": "/dev/null"}, "the pooler does not know the user"),
    ],
)
async def test_a_refusal_of_pgbouncer_is_told(
    look: Look, owner_url: str, extra: dict[str, str], says: str
) -> None:
    async with pgbouncer(owner_url, extra=extra) as bouncer:
        said = await look(MIGRATIONS_DATABASE_URL=bouncer.url)

    assert said.alone("migrations").says == f"{SAYS}{says}"


async def test_a_pooler_before_a_database_that_is_down_is_told(
    look: Look, owner_url: str, closed_port: int
) -> None:
    down = make_url(owner_url).set(port=closed_port).render_as_string(hide_password=False)
    async with pgbouncer(down) as bouncer:
        said = await look(MIGRATIONS_DATABASE_URL=bouncer.url)

    assert said.alone("migrations").says == f"{SAYS}the pooler does not reach the database"


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (None, "there.supabase.co was not found: "),
    ],
)
async def test_a_network_is_told(
    look: Look, hosts: Hosts, place: tuple[str, int] | None, says: str
) -> None:
    if place:
        hosts["there.supabase.co"] = place

    said = await look(MIGRATIONS_DATABASE_URL="postgresql://x:y@there.supabase.co/postgres")

    assert said["migrations"].says.startswith(f"{SAYS}{says}".rstrip(": "))
