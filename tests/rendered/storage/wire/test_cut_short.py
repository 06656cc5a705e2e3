"""What is cut short on its way never looks whole."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from httpx import AsyncClient, RemoteProtocolError
from starlette.responses import StreamingResponse
from tests.rendered.storage.wire.conftest import Scripted


@pytest.mark.parametrize("headers", [{"content-length": "1000"}, {}], ids=["length", "chunks"])
async def test_a_download_that_storage_cuts_short_breaks_off(
    server: AsyncClient, storage: Scripted, headers: dict[str, str]
) -> None:
    async def half() -> AsyncGenerator[bytes]:
        yield b"x" * 500
        raise ConnectionAbortedError

    storage.answers.append(StreamingResponse(half(), headers=headers, media_type="text/plain"))

    with pytest.raises(RemoteProtocolError):
        await server.get("/files/a.txt?inline=true")

    assert (await server.get("/files")).status_code == 200


class TestLimit:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return settings.model_copy(update={"storage_max_file_bytes": 1000})

    async def test_an_upload_that_does_not_say_its_size_is_counted(
        self, alice: AsyncClient, storage: Scripted
    ) -> None:
        async def endless() -> AsyncGenerator[bytes]:
            yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
            for _ in range(10_000):
                yield b"x" * 1000
            raise AssertionError("all of it was read")

        headers = {"content-type": "multipart/form-data; boundary=x"}
        answer = await alice.post("/files", content=endless(), headers=headers)

        assert answer.status_code == answer.json()["status"] == 413
        assert storage.asked == []
