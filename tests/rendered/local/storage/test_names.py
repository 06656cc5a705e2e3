"""What an object may be called."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from tests.rendered.local.storage.servers import Person, Server, assert_refused, post


@pytest.mark.parametrize("name", ["%2e", "a\\b", "a\0b", "ü", "a#b", "a%b", "a~b", "a[b]", "a\tb"])
async def test_a_name_that_no_object_may_have(
    storage: Server, alice: Person, bucket: str, name: str
) -> None:
    answer = await post(storage, alice, bucket, name, b"x")

    assert_refused(answer, "KEY", alice.path(name))


async def test_an_object_has_a_name(storage: Server, service: Person, bucket: str) -> None:
    answer = await storage.http.post(f"/object/{bucket}/", headers=service.headers, content=b"x")

    assert_refused(answer, "KEY", "")


@pytest.mark.parametrize("part", [".", "..", "a/../b", "../b", "a/.", "x" * 1024])
async def test_a_name_that_leads_elsewhere_or_nowhere_is_refused(
    storage: Server, alice: Person, bucket: str, part: str
) -> None:
    """It would pass a policy on folders."""
    path = quote(alice.path(part), safe="")
    answers = [
        await post(storage, alice, bucket, part, b"x"),
        await storage.http.post(f"/object/upload/sign/{bucket}/{path}", headers=alice.headers),
        await storage.http.get(f"/object/{bucket}/{path}", headers=alice.headers),
    ]

    for answer in answers:
        assert_refused(answer, "KEY", alice.path(part))


@pytest.mark.parametrize(
    "name", ["a b", "a?b", "a//b", "a/", "!-.*'() &$@=;:+,_", "...", ".a", "a..b/c.", "x" * 980]
)
async def test_a_name_that_an_object_may_have(
    storage: Server, alice: Person, bucket: str, name: str
) -> None:
    answer = await post(storage, alice, bucket, name, b"x")

    path = f"/object/{bucket}/{quote(alice.path(name), safe='')}"
    assert answer.json()["Key"] == f"{bucket}/{alice.path(name)}"
    assert (await storage.http.get(path, headers=alice.headers)).content == b"x"
