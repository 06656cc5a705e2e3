"""Names, ports and networks: nobody has spoken to a server yet."""

from __future__ import annotations

import socket

import pytest
from sqlalchemy import make_url
from tests.rendered.tools.doctor.conftest import Hosts, Look

REF = "abcdefghijklmnopqrst"
POOLER = "aws-0-eu-central-1.pooler.supabase.com"
DIRECT, API = f"db.{REF}.supabase.co", f"{REF}.supabase.co"
OF_POOLER = f"postgresql://postgres.{REF}:secret@{POOLER}:6543/postgres"
OF_DIRECT = f"postgresql://postgres:secret@{DIRECT}:5432/postgres"
NOWHERE = "ff0e::1"
"""A group, to which no connection can be made: the kernel says at once that no way leads there."""
OTHERS = {"DATABASE_POOLING_MODE": None, "MIGRATIONS_DATABASE_URL": None}


@pytest.mark.usefixtures("hosts")
async def test_a_pooler_that_there_is_not_asks_for_the_region(look: Look) -> None:
    said = await look(DATABASE_URL=OF_POOLER, **OTHERS)

    line = said.alone("name")
    assert line.says == f"there is no host {POOLER}"
    assert "is eu-central-1 the project's region?" in line.remedy


@pytest.mark.usefixtures("hosts")
async def test_a_project_that_there_is_not_is_told_by_its_id(look: Look) -> None:
    said = await look(DATABASE_URL=OF_DIRECT, **OTHERS)

    assert said.alone("name").says.startswith(f"there is no project {REF}")
    assert "Project Settings > General" in said["name"].remedy


async def test_a_machine_without_a_name_server_is_told_so(look: Look, hosts: Hosts) -> None:
    hosts[POOLER] = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    said = await look(DATABASE_URL=OF_POOLER, **OTHERS)

    assert "no network, or no DNS" in said.alone("name").says


async def test_a_host_that_this_network_s_resolver_hides_has_ipv6_only(
    look: Look, hosts: Hosts
) -> None:
    hosts[API] = ("127.0.0.1", 443)

    said = await look(DATABASE_URL=OF_DIRECT, SUPABASE_REGION="eu-west-3", **OTHERS)

    line = said.alone("name")
    assert line.says == f"{DIRECT} has an IPv6 address only, and this network is IPv4"
    pooled = f"postgresql://postgres.{REF}:[YOUR-PASSWORD]@aws-1-eu-west-3.pooler.supabase.com"
    assert f"DATABASE_URL={pooled}:6543/postgres" in line.remedy


async def test_a_host_with_ipv6_only_tells_the_mode_to_use(look: Look, hosts: Hosts) -> None:
    hosts[DIRECT] = (NOWHERE, 5432)

    said = await look(
        DATABASE_URL=None,
        DATABASE_PASSWORD="secret",  # noqa: S106  # of no database
        SUPABASE_PROJECT_ID=REF,
        DATABASE_POOLING_MODE="direct",
        MIGRATIONS_DATABASE_URL=None,
        SUPABASE_URL="http://127.0.0.1:1",
    )

    assert said["port"].says == f"{DIRECT} has an IPv6 address only, and this network is IPv4"
    assert "DATABASE_POOLING_MODE=transaction" in said["port"].remedy


async def test_a_host_with_ipv6_only_that_is_silent_tells_it_too(
    look: Look, hosts: Hosts, black_hole_of_ipv6: int
) -> None:
    """As in a network whose IPv6 leads nowhere, and does not know it."""
    hosts[DIRECT] = ("::1", black_hole_of_ipv6)

    said = await look(DATABASE_URL=OF_DIRECT, **OTHERS)

    says = f"{DIRECT} has an IPv6 address only, and does not answer"
    assert said["port"].says.startswith(says)
    assert ":6543/postgres" in said["port"].remedy


async def test_a_port_without_a_server_is_told(
    look: Look, database_url: str, closed_port: int
) -> None:
    url = make_url(database_url).set(port=closed_port).render_as_string(hide_password=False)

    said = await look(DATABASE_URL=url)

    assert said.alone("port").says == f"nothing listens at 127.0.0.1:{closed_port}"


async def test_a_port_that_swallows_is_told(look: Look, database_url: str, black_hole: int) -> None:
    url = make_url(database_url).set(port=black_hole).render_as_string(hide_password=False)

    said = await look(DATABASE_URL=url)

    assert "does not answer: a firewall on the way" in said.alone("port").says
    assert f"let this machine out to port {black_hole}" in said["port"].remedy


async def test_a_blocked_port_beside_an_open_one_tells_the_other_mode(
    look: Look, hosts: Hosts, database_url: str, black_hole: int
) -> None:
    hosts[f"{POOLER}:6543"] = ("127.0.0.1", black_hole)
    hosts[f"{POOLER}:5432"] = ("127.0.0.1", make_url(database_url).port or 0)

    said = await look(DATABASE_URL=OF_POOLER, **OTHERS)

    line = said.alone("port")
    assert "port 6543" in line.says
    assert "5432 is open" in line.says
    assert line.remedy == (
        f"use session mode: DATABASE_URL=postgresql://postgres.{REF}:[YOUR-PASSWORD]"
        f"@{POOLER}:5432/postgres"
    )


async def test_an_address_that_no_network_leads_to_is_told(look: Look, hosts: Hosts) -> None:
    hosts["db.example.com"] = (NOWHERE, 5432)

    said = await look(DATABASE_URL="postgresql://postgres:secret@db.example.com/postgres", **OTHERS)

    assert said["port"].says == "this network has no way to db.example.com by IPv6"
    assert said["port"].remedy == "check the network, or a VPN"


async def test_what_cannot_be_a_name_is_told(look: Look) -> None:
    host = "a" * 64 + ".example.com"

    said = await look(DATABASE_URL=f"postgresql://postgres:secret@{host}/postgres", **OTHERS)

    assert said["name"].says == f"{host} is no name of a host"
