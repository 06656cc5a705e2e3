"""How the project's Storage API is reached: one client for all, and each request's own headers."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import stamina
from storage3.exceptions import StorageApiError

from ..http.shares import Shares
from .errors import is_passing, refusal, report
from .settings import StorageSettings

ATTEMPTS = 3
"""Of what may be asked twice, for want of a connection; nothing else is ever repeated."""

TRANSFERS = 60
"""Files that are on their way at a time: connections are left for whatever else is asked."""

TRANSFERS_EACH = 20
"""How many of them may be one user's."""

TRANSFER_TIMEOUT = 5
"""Seconds that a file waits for a free slot."""

ANSWERED = (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED)

Result = TypeVar("Result")


class StorageClient:
    """The Storage API as the application holds it; whoever made *http* closes it."""

    def __init__(self, settings: StorageSettings, http: httpx.AsyncClient) -> None:
        self.settings = settings
        self.http = http
        self.url = f"{settings.supabase_url}/storage/v1/"
        self._transfers = Shares(TRANSFERS, TRANSFERS_EACH, timeout=TRANSFER_TIMEOUT)

    async def ask(self, call: Callable[[], Awaitable[Result]], *, attempts: int = 1) -> Result:
        """Return what *call* does; up to *attempts* times if connections are lost.

        Raises:
            Problem: Storage said no, or nothing.
        """
        try:
            async for attempt in stamina.retry_context(
                on=is_passing, attempts=attempts, timeout=None, wait_initial=0.05, wait_jitter=0.1
            ):
                with attempt:
                    return await call()
        except (StorageApiError, httpx.TransportError) as error:
            problem = report(error)
            if problem is None:
                raise
            raise problem from error
        raise AssertionError("unreachable")

    async def send(
        self, method: str, path: str, *, attempts: int = 1, **arguments: Any
    ) -> httpx.Response:
        """Return the answer, of which the body is still to come; close it.

        What the client library would hold in memory goes this way.

        Raises:
            Problem: Storage said no, or nothing.
        """
        request = self.http.build_request(method, self.url + quote(path), **arguments)

        async def call() -> httpx.Response:
            answer = await self.http.send(request, stream=True)
            if answer.status_code in ANSWERED:
                return answer
            try:
                await answer.aread()
            finally:
                await answer.aclose()
            raise refusal(answer)

        return await self.ask(call, attempts=attempts)

    def transfer(self, owner: object) -> AbstractAsyncContextManager[None]:
        """Move a file for *owner*.

        Raises:
            Unavailable: as many are on their way as there may be, in all or of one owner.
        """
        return self._transfers.slot(owner, "Too many files are on their way; try again.")

    async def answers(self) -> bool:
        """Tell whether Storage is there, behind a gateway that knows the service's key."""
        key = self.settings.supabase_publishable_key.get_secret_value()
        try:
            # Nobody in particular sees no bucket; to be told so is an answer.
            answer = await self.http.get(
                f"{self.url}bucket/{quote(self.settings.storage_bucket)}", headers={"apikey": key}
            )
        except httpx.TransportError:
            return False
        return answer.is_success or refusal(answer).code != "InternalError"
