"""What Storage refuses with, and what the service makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import AsyncClient
from tests.rendered.storage.wire.conftest import Scripted

ASK = ("POST", "/files/signed-url")


def refusal(status: str, error: str, message: str) -> dict[str, str]:
    return {"statusCode": status, "error": error, "message": message, "code": "whatever"}


REFUSALS = [
    (refusal("403", "Unauthorized", "new row violates row-level security policy"), 403),
    (refusal("403", "Unauthorized", "permission denied for table objects"), 403),
    (refusal("403", "Unauthorized", "Access denied"), 403),
    (refusal("403", "Unauthorized", '"exp" claim timestamp check failed'), 401),
    (refusal("400", "InvalidJWT", "signature verification failed"), 401),
    (refusal("404", "not_found", "Object not found"), 404),
    (refusal("404", "Bucket not found", "Bucket not found"), 503),
    (refusal("409", "Duplicate", "The resource already exists"), 409),
    (refusal("413", "Payload too large", "The object exceeded the maximum allowed size"), 413),
    (refusal("415", "invalid_mime_type", "mime type x is not supported"), 415),
    (refusal("400", "InvalidKey", "Invalid key: x"), 422),
    (refusal("400", "Error", "body/expiresIn must be >= 1"), 422),
    (refusal("423", "ResourceLocked", "The resource is locked"), 503),
    (refusal("429", "TooManyRequests", "Too many connections issued to the database"), 503),
    (refusal("503", "SlowDown", "Please reduce your request rate"), 503),
    (refusal("544", "DatabaseTimeout", "The connection to the database timed out"), 503),
    (refusal("500", "internal", "Internal Server Error"), 503),
]


@pytest.mark.parametrize(("body", "status"), REFUSALS, ids=lambda each: str(each)[:60])
async def test_a_refusal_becomes_a_problem_without_the_words_of_storage(
    alice: AsyncClient, storage: Scripted, body: dict[str, str], status: int
) -> None:
    storage.says(400, body)

    answer = await alice.request(*ASK, json={"path": "a.txt"})

    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["message"] not in answer.text
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)
    assert len(storage.asked) == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ((401, '{"message":"Invalid API key"}'), "SUPABASE_PUBLISHABLE_KEY"),
        ((404, "<h1>Not Found</h1>"), "SUPABASE_URL"),
        ((400, refusal("404", "Bucket not found", "Bucket not found")), "migrate"),
    ],
)
async def test_what_an_operator_must_mend_is_told_in_the_log_only(
    alice: AsyncClient,
    storage: Scripted,
    caplog: pytest.LogCaptureFixture,
    said: tuple[int, dict[str, str] | str],
    told: str,
) -> None:
    storage.says(*said)

    answer = await alice.request(*ASK, json={"path": "a.txt"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert told in caplog.text
    assert told not in answer.text


async def test_a_file_over_the_gateways_own_limit_is_413(
    alice: AsyncClient, storage: Scripted
) -> None:
    storage.says(413, "<h1>413 Request Entity Too Large</h1>")

    answer = await alice.post("/files", files={"file": ("a.txt", b"hello")})

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/files/signed-url"), ("GET", "/files"), ("GET", "/files/a?inline=true")],
)
async def test_a_question_is_asked_again_where_the_gateway_lost_it(
    alice: AsyncClient, storage: Scripted, method: str, path: str
) -> None:
    storage.says(502, "<h1>Bad Gateway</h1>")
    storage.says(503, "<h1>Service Unavailable</h1>")

    answer = await alice.request(method, path, json={"path": "a.txt"})

    assert answer.is_success
    assert len(storage.asked) == 3


async def test_a_question_is_asked_three_times_at_most(
    alice: AsyncClient, storage: Scripted
) -> None:
    for _ in range(5):
        storage.says(502, "<h1>Bad Gateway</h1>")

    assert (await alice.get("/files")).status_code == 503
    assert len(storage.asked) == 3


async def test_what_changes_something_is_never_repeated(
    alice: AsyncClient, storage: Scripted
) -> None:
    storage.says(502, "<h1>Bad Gateway</h1>")
    assert (await alice.delete("/files/a.txt")).status_code == 503

    storage.says(502, "<h1>Bad Gateway</h1>")
    upload = await alice.post("/files", files={"file": ("a.txt", b"hello")})

    assert upload.status_code == 503
    assert [each.method for each in storage.asked] == ["DELETE", "POST"]


class TestWithoutStorage:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return settings.model_copy(update={"supabase_url": "http://127.0.0.1:1"})

    @pytest.mark.parametrize(
        ("method", "path"),
        [("POST", "/files/signed-url"), ("GET", "/files"), ("GET", "/files/a?inline=true")],
    )
    async def test_the_answer_is_503_without_a_word_about_the_host(
        self, alice: AsyncClient, method: str, path: str
    ) -> None:
        answer = await alice.request(method, path, json={"path": "a.txt"})

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert "127.0.0.1" not in answer.text
