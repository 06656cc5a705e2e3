"""When the project's keys are fetched, and what is believed while they cannot be."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from tests.rendered.auth.conftest import Clock
from tests.rendered.auth.signing import AuthService, Key, SignIn

from my_supabase_service.supabase.auth.keys import WAIT_WITHIN

SIX_MINUTES, ELEVEN_MINUTES = 360, 660


async def settled(condition: Callable[[], bool]) -> None:
    """Wait until what happens in the background has happened."""
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.fixture
def patience(state: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> float:
    """A shorter one, so that a test need not wait for two seconds."""
    module = sys.modules[type(state["tokens"].keys).__module__]
    monkeypatch.setattr(module, "WAIT_WITHIN", 0.7)
    return 0.7


async def test_keys_are_fetched_once_for_many_requests(auth: AuthService, sign_in: SignIn) -> None:
    auth.delay = 0.1

    answers = await asyncio.gather(*(sign_in(auth.token()) for _ in range(20)))
    answers += [await sign_in(auth.token()) for _ in range(20)]

    assert {answer.status_code for answer in answers} == {200}
    assert auth.hits == 1


async def test_a_request_that_is_cancelled_takes_the_keys_from_nobody(
    auth: AuthService, sign_in: SignIn
) -> None:
    auth.delay = 0.2
    first, *others = [asyncio.create_task(sign_in(auth.token())) for _ in range(5)]
    await settled(lambda: auth.hits == 1)

    first.cancel()

    assert {answer.status_code for answer in await asyncio.gather(*others)} == {200}
    assert first.cancelled()
    assert auth.hits == 1


async def test_a_new_key_is_believed_at_once_beside_the_old_one(
    auth: AuthService, sign_in: SignIn, clock: Clock
) -> None:
    assert (await sign_in(auth.token())).status_code == 200
    new = Key("second")
    auth.keys.append(new.jwk())
    clock.ahead += 11

    assert (await sign_in(new.sign(auth.claims()))).status_code == 200
    assert (await sign_in(auth.token())).status_code == 200
    assert auth.hits == 2


async def test_a_key_that_is_withdrawn_is_refused_after_ten_minutes(
    auth: AuthService, sign_in: SignIn, clock: Clock
) -> None:
    new = Key("second")
    auth.keys.append(new.jwk())
    assert (await sign_in(auth.token())).status_code == 200
    auth.keys = [new.jwk()]
    clock.ahead += ELEVEN_MINUTES

    assert (await sign_in(auth.token())).status_code == 401
    assert (await sign_in(new.sign(auth.claims()))).status_code == 200


async def test_old_keys_are_refreshed_while_nobody_waits(
    auth: AuthService, sign_in: SignIn, clock: Clock
) -> None:
    token = auth.token()
    assert (await sign_in(token)).status_code == 200
    auth.keys = []
    auth.may_answer.clear()
    clock.ahead += SIX_MINUTES
    began = time.monotonic()

    assert (await sign_in(token)).status_code == 200

    assert time.monotonic() - began < WAIT_WITHIN
    await settled(lambda: auth.hits == 2)
    auth.may_answer.set()
    async with asyncio.timeout(20):
        while (await sign_in(token)).status_code != 401:
            await asyncio.sleep(0.01)


async def test_a_key_of_the_same_id_is_replaced(
    auth: AuthService, sign_in: SignIn, clock: Clock
) -> None:
    token = auth.token()
    assert (await sign_in(token)).status_code == 200
    auth.key = Key("first")
    auth.keys = [auth.key.jwk()]
    clock.ahead += ELEVEN_MINUTES

    assert (await sign_in(token)).status_code == 401
    assert (await sign_in(auth.token())).status_code == 200


async def test_known_keys_serve_while_the_endpoint_is_down(
    auth: AuthService, sign_in: SignIn, clock: Clock
) -> None:
    assert (await sign_in(auth.token())).status_code == 200
    await auth.stop()

    for _ in range(4):
        clock.ahead += ELEVEN_MINUTES
        assert (await sign_in(auth.token())).status_code == 200

    await auth.start()
    auth.keys = []
    clock.ahead += 11
    assert (await sign_in(auth.token())).status_code == 401


async def test_ids_that_nobody_knows_do_not_hammer_the_endpoint(
    auth: AuthService, sign_in: SignIn, clock: Clock
) -> None:
    """Also when it fails: anyone can make up an id."""
    assert (await sign_in(auth.token())).status_code == 200

    for status in (b"500 Internal Server Error", b"200 OK"):
        auth.status, auth.hits = status, 0
        clock.ahead += 11
        for number in range(20):
            token = auth.key.sign(auth.claims(), kid=f"made-up-{number}")
            assert (await sign_in(token)).status_code == 401
            assert (await sign_in(auth.token())).status_code == 200
        assert auth.hits == 1


async def test_a_slow_endpoint_does_not_hold_up_known_keys(
    auth: AuthService, sign_in: SignIn, clock: Clock, patience: float
) -> None:
    """What has gone stale is waited for, but once, and not for long."""
    assert (await sign_in(auth.token())).status_code == 200
    auth.may_answer.clear()
    clock.ahead += ELEVEN_MINUTES

    waited: list[bool] = []
    for _ in range(3):
        began = time.monotonic()
        assert (await sign_in(auth.token())).status_code == 200
        waited.append(time.monotonic() - began >= patience)
    assert waited == [True, False, False]


async def test_without_any_key_yet_the_answer_is_503(
    auth: AuthService, sign_in: SignIn, clock: Clock
) -> None:
    """Nobody can tell yet whether the token is good; and the endpoint is left in peace."""
    auth.status = b"503 Service Unavailable"

    for _ in range(20):
        answer = await sign_in(auth.token())
        assert answer.status_code == answer.json()["status"] == 503
        assert answer.headers["Retry-After"] == "10"
    assert auth.hits == 1

    auth.status = b"200 OK"
    clock.ahead += 11
    assert (await sign_in(auth.token())).status_code == 200


async def test_a_silent_endpoint_is_waited_for_briefly(
    auth: AuthService, sign_in: SignIn, patience: float
) -> None:
    auth.delay = 60
    began = time.monotonic()

    assert (await sign_in(auth.token())).status_code == 503
    assert patience <= time.monotonic() - began < 10


async def test_the_service_stops_while_keys_are_being_fetched(
    auth: AuthService, app: FastAPI
) -> None:
    """And leaves nothing behind."""
    auth.delay = 60
    async with app.router.lifespan_context(app) as state:
        request = asyncio.create_task((state or {})["tokens"].verify(auth.token()))
        await settled(lambda: auth.hits == 1)
        began = time.monotonic()

    assert "fetch_keys" not in str(asyncio.all_tasks())
    assert time.monotonic() - began < 10
    with pytest.raises(Exception, match="cannot be verified yet"):
        await request
