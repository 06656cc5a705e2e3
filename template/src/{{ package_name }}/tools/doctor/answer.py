"""What the project's own address answers where its keys are; asked once for several checks."""

import asyncio
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from socket import gaierror

import httpx

from ...supabase.auth.keys import LARGEST
from ...supabase.http.client import open_http

ANSWERED_WITHIN = 4
"""Seconds for all of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, or why there is none."""

    url: str
    status: int = 0
    body: bytes = b""
    clock: float | None = None
    """Seconds that the server's clock is ahead of this machine's."""
    age: float = 0
    """Seconds that a cache on the way has kept the answer."""
    location: str = ""
    error: Exception | None = None

    @property
    def is_known_host(self) -> bool:
        """Whether the host has an address at all."""
        return not any(isinstance(each, gaierror) for each in _behind(self.error))

    @property
    def certificate_error(self) -> ssl.SSLError | None:
        """Why the server was not believed."""
        found = (each for each in _behind(self.error) if isinstance(each, ssl.SSLError))
        return next(found, None)


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """Yield what led to *error*, also where the client says that nothing did (`from None`)."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


async def ask(url: str) -> Answer:
    """Return what *url* answers to somebody without a token or a key."""
    try:
        # A step of an exchange has its own seconds, and there are several.
        async with asyncio.timeout(ANSWERED_WITHIN), open_http() as http:
            return await _read(http, url)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        return Answer(url, error=error)


async def _read(http: httpx.AsyncClient, url: str) -> Answer:
    body = b""
    began = time.time()
    async with http.stream("GET", url, headers={"Accept-Encoding": "identity"}) as answer:
        heard = time.time()
        async for part in answer.aiter_raw():
            body += part
            if len(body) > LARGEST:
                break
    headers = answer.headers
    return Answer(
        url,
        status=answer.status_code,
        body=body,
        clock=_clock(headers.get("Date", ""), (began + heard) / 2),
        age=float(headers.get("Age", "0")) if headers.get("Age", "0").isdecimal() else 0,
        location=headers.get("Location", ""),
    )


def _clock(date: str, now: float) -> float | None:
    """A Date has whole seconds, cut off: the middle of its second is the best guess."""
    try:
        return parsedate_to_datetime(date).timestamp() + 0.5 - now
    except ValueError:
        return None
