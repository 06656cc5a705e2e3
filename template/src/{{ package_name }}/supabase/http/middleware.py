"""What every request passes before a route sees it: its id, the origins, the size of its body."""

import logging
import re
from http import HTTPStatus
from secrets import token_hex

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from .access_log import AccessLog
from .errors import Problem, Refused, TooLarge
from .logs import request_id, user_id
from .origins import expression
from .problems import respond
from .resources import Resources
from .settings import HttpSettings

HARMLESS_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)

log = logging.getLogger(__name__)


class RequestId:
    """Gives each request and its answer an id: the client's `X-Request-ID`, or a new one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the rest of the application with the id set."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        theirs = Headers(scope=scope).get("x-request-id", "")
        request_id.set(theirs if HARMLESS_ID.fullmatch(theirs) else token_hex(8))
        user_id.set(None)  # a request that waited for another's end begins in its context

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-ID"] = request_id.get()
            await send(message)

        await self.app(scope, receive, send_with_id)


class LastResort:
    """Answers with a problem where nothing else did."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the rest of the application, and catch what it lets through."""
        has_started = has_ended = False

        async def watched(message: Message) -> None:
            nonlocal has_started, has_ended
            has_started = has_started or message["type"] == "http.response.start"
            await send(message)
            is_body = message["type"] == "http.response.body"
            has_ended = is_body and not message.get("more_body", False)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            if has_ended:
                # The answer is whole and gone, and the next request may be under way on its
                # connection, which the server would break off.
                log.exception("a request failed after its answer")
                return
            if has_started or scope["type"] != "http":
                raise  # the server breaks the connection off: a part never looks like the whole
            log.exception("a request failed")
            await respond(Problem())(scope, receive, send)


class NoStore:
    """Keeps every answer out of caches that does not say itself how it may be kept."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the rest of the application, and mark its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_anonymous = "authorization" not in Headers(scope=scope)

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # What /docs is made of is nobody's, and a browser asks again with its ETag.
                if not (is_anonymous and "etag" in headers):
                    headers.setdefault("Cache-Control", "private, no-store")
            await send(message)

        await self.app(scope, receive, send_marked)


class Origins(CORSMiddleware):
    """Lets the pages of other origins call; who may not is told so in a problem."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Answer what a browser asks before it sends the request itself."""
        answer = super().preflight_response(request_headers)
        if answer.status_code == HTTPStatus.OK:
            return answer
        refused = Refused("Pages of this origin may not send this request.")
        problem = respond(refused)
        problem.headers["Vary"] = answer.headers["Vary"]
        return problem


class BodyLimit(RequestBodyLimitMiddleware):
    """Refuses a body over the limit: by its declared size before it is read, else as it comes.

    A route that takes more says so: `@router.post("", max_body_size=...)`.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the rest of the application; an answer of Starlette's becomes a problem."""
        is_replaced = False

        async def send_problem(message: Message) -> None:
            nonlocal is_replaced
            if message["type"] == "http.response.start" and message["status"] == TooLarge.status:
                kind = Headers(scope=message).get("content-type", "")
                is_replaced = kind.startswith("text/plain")
                if is_replaced:
                    await respond(TooLarge())(scope, receive, send)
            if not is_replaced:
                await send(message)

        await super().__call__(scope, receive, send_problem)


EXPOSED = (
    "Content-Disposition",
    "Content-Range",
    "ETag",
    "Location",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-ID",
)
"""Headers that a page of another origin may read, beside those that it always may."""


def middleware(settings: HttpSettings) -> list[Middleware]:
    """Return what surrounds the routes, outermost first."""
    return [
        Middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies),
        Middleware(RequestId),
        Middleware(AccessLog),
        Middleware(NoStore),
        Middleware(
            Origins,
            allow_origins=settings.cors_origins,
            allow_origin_regex=expression(settings.cors_origin_pattern),
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=EXPOSED,
        ),
        Middleware(LastResort),
        Middleware(BodyLimit, max_body_size=settings.max_request_bytes),
        Middleware(Resources),
    ]
