"""What a client sees when something goes wrong, and how a person finds it in the log."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from httpx import AsyncClient

MEMO = {"title": "milk"}


@pytest.mark.parametrize(
    ("sqlstate", "status"),
    [
        ("42501", 403),
        ("23505", 409),
        ("23503", 409),
        ("23P01", 409),
        ("P0001", 409),
        ("23502", 422),
        ("23514", 422),
        ("22001", 422),
        ("25006", 503),
        ("40001", 503),
        ("40P01", 503),
        ("53300", 503),
        ("55P03", 503),
        ("57014", 503),
        ("57P01", 503),
        ("08006", 503),
        ("42P01", 500),
        ("XX000", 500),
    ],
)
async def test_a_database_error_is_answered_by_its_meaning(
    alice: AsyncClient,
    sql: asyncpg.Connection[asyncpg.Record],
    refuse_memos: Callable[[str], Awaitable[None]],
    sqlstate: str,
    status: int,
) -> None:
    """The answer has every member of a problem and nothing of the database; nothing is saved."""
    await refuse_memos(sqlstate)

    answer = await alice.post("/memos", json=MEMO)

    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "request_id"} == problem.keys()
    assert "secret" not in answer.text
    assert sqlstate not in answer.text
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert await sql.fetchval("select count(*) from memos") == 0


async def test_the_database_message_is_in_the_log_under_the_request_id(
    alice: AsyncClient,
    refuse_memos: Callable[[str], Awaitable[None]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await refuse_memos("23505")

    answer = await alice.post("/memos", json=MEMO, headers={"X-Request-ID": "mine-1"})

    assert answer.json()["request_id"] == answer.headers["X-Request-ID"] == "mine-1"
    assert "a secret of the database" in caplog.text


async def test_a_request_id_that_could_forge_a_log_line_is_replaced(client: AsyncClient) -> None:
    for theirs in ("", "a b", "x" * 129, "a;b", "naïve"):
        answer = await client.get("/health/live", headers=[(b"X-Request-ID", theirs.encode())])
        assert answer.headers["X-Request-ID"] not in ("", theirs)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("PUT", "/memos", 405), ("GET", "/memos/not-a-uuid", 422)],
)
async def test_an_answer_of_the_framework_is_a_problem_too(
    alice: AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await alice.request(method, path)

    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]


async def test_a_wrong_value_is_named_and_not_repeated(alice: AsyncClient) -> None:
    answer = await alice.post("/memos", json={"title": 7, "body": {"secret": "hunter2"}})

    errors = answer.json()["errors"]
    assert [error["location"] for error in errors] == ["body.title", "body.body"]
    assert "hunter2" not in answer.text


@pytest.mark.parametrize("body", [b"{", b'{"title": "\xff"}', b"[" * 100_000, b"1" * 10_000])
async def test_a_body_that_is_no_json_is_422(alice: AsyncClient, body: bytes) -> None:
    answer = await alice.post("/memos", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == answer.json()["status"] == 422


async def test_the_documentation_shows_problems(client: AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]

    answers = paths["/memos"]["post"]["responses"]
    assert answers.keys() >= {"201", "401", "422", "503", "default"}
    assert "application/problem+json" in answers["default"]["content"]


async def test_every_reference_of_the_documentation_leads_somewhere(client: AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()

    references = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)))
    assert references
    for reference in references:
        found = document
        for step in reference.split("/"):
            found = found[step]
