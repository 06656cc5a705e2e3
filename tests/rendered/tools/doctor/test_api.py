"""The project's own address: awake or not, its keys, its clock."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from local.keys import Keys, read_keys
from tests.rendered.bench.https import serving_https
from tests.rendered.tools.doctor.api import answering
from tests.rendered.tools.doctor.conftest import Hosts, Look

REF = "abcdefghijklmnopqrst"
SECRET = {"SUPABASE_JWT_SECRET": "a secret of more than thirty-two bytes"}


@pytest.fixture
def keys(scratch: Path, stand_in: dict[str, str]) -> Keys:
    del stand_in  # which makes them
    return read_keys(scratch)


@pytest.mark.parametrize(
    ("status", "headers", "says"),
    [
        (540, {}, "is paused"),
        (503, {}, "answers 503"),
        (301, {"Location": "https://elsewhere.example/x"}, "redirects to elsewhere.example"),
    ],
)
async def test_a_project_that_does_not_work_is_told(
    look: Look, status: int, headers: dict[str, str], says: str
) -> None:
    async with answering(status, headers=headers) as url:
        said = await look(SUPABASE_URL=url)

    assert says in said.alone("api").says
    assert said["keys"].says == "not looked at, because of api"


async def test_an_address_where_nobody_is_is_told(look: Look, closed_port: int) -> None:
    said = await look(SUPABASE_URL=f"http://127.0.0.1:{closed_port}")

    assert "does not answer (ConnectError)" in said.alone("api").says


@pytest.mark.usefixtures("hosts")
async def test_a_project_that_there_is_not_is_told(look: Look) -> None:
    said = await look(SUPABASE_URL=f"https://{REF}.supabase.co")

    assert said.alone("api").says.startswith(f"there is no host {REF}.supabase.co: no project")


async def test_an_address_that_is_not_believed_is_told(look: Look, hosts: Hosts) -> None:
    """As behind a proxy of a company, or with a clock that is years off."""
    async with serving_https() as port:
        hosts[f"{REF}.supabase.co"] = ("127.0.0.1", port)
        said = await look(SUPABASE_URL=f"https://{REF}.supabase.co:{port}")

    assert f"the certificate of {REF}.supabase.co:{port} is not believed" in said.alone("api").says


USELESS = json.dumps({"keys": [{"kty": "oct", "kid": "x", "k": "c2VjcmV0"}]})


@pytest.mark.parametrize(
    ("status", "body", "says", "remedy"),
    [
        (200, '{"keys": []}', "the project has no public keys", "Legacy JWT Secret"),
        (200, USELESS, "none of the 1 keys", "rotate to an asymmetric key"),
        (200, "<html>", "answers something else than keys", "Discovery URL"),
        (404, "{}", "answers 404: every token is refused", "correct SUPABASE_URL"),
    ],
)
async def test_keys_that_verify_nothing_are_told(
    look: Look, status: int, body: str, says: str, remedy: str
) -> None:
    async with answering(status, body) as url:
        said = await look(SUPABASE_URL=url)

    assert said["keys"].level == "FAIL"
    assert says in said["keys"].says
    assert remedy in said["keys"].remedy


async def test_a_wrong_address_of_the_keys_is_mended(look: Look, stand_in: dict[str, str]) -> None:
    url = stand_in["SUPABASE_URL"]

    said = await look(SUPABASE_JWKS_URL=f"{url}/jwks.json")

    assert said.alone("keys").remedy == f"SUPABASE_JWKS_URL={url}/auth/v1/.well-known/jwks.json"


async def test_with_a_secret_keys_that_are_not_there_are_a_warning(look: Look) -> None:
    async with answering(404, "{}") as url:
        said = await look(SUPABASE_URL=url, **SECRET)

    assert said["keys"].level == "warn"
    assert said["keys"].says.endswith("only tokens by SUPABASE_JWT_SECRET are believed")


async def test_with_a_secret_no_keys_are_well(look: Look) -> None:
    async with answering() as url:
        said = await look(SUPABASE_URL=url, **SECRET)

    assert said["keys"].level == "ok"
    assert "by SUPABASE_JWT_SECRET" in said["keys"].says


@pytest.mark.parametrize(
    ("ahead", "level", "says"),
    [
        (60, "FAIL", "60 s behind"),
        (-60, "FAIL", "60 s ahead of"),
        (12, "FAIL", "12 s behind"),
        (7.5, "warn", "s behind"),
        (1, "ok", "within"),
    ],
)
async def test_a_clock_that_is_off_is_told(
    look: Look, keys: Keys, ahead: float, level: str, says: str
) -> None:
    async with answering(body=json.dumps({"keys": [keys.public()]}), ahead=ahead) as url:
        said = await look(SUPABASE_URL=url)

    assert said["clock"].level == level
    assert says in said["clock"].says
    assert ("NTP" in said["clock"].remedy) is (level != "ok")


async def test_an_answer_that_a_cache_kept_says_nothing_wrong_of_the_clock(
    look: Look, keys: Keys
) -> None:
    body = json.dumps({"keys": [keys.public()]})
    async with answering(body=body, ahead=-300, headers={"Age": "300"}) as url:
        said = await look(SUPABASE_URL=url)

    assert said["clock"].level == "ok"


async def test_without_the_api_the_database_tells_the_time(look: Look, closed_port: int) -> None:
    said = await look(SUPABASE_URL=f"http://127.0.0.1:{closed_port}")

    assert said["clock"].says == "within 1 s of the project's database"
