"""What every request passes before a route sees it: its id, the origins, the size of its body."""

import logging
import re
from collections.abc import Mapping
from secrets import token_hex
from types import MappingProxyType

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from .errors import Problem, TooLarge
from .logs import request_id
from .problems import respond
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


class BodyLimit(RequestBodyLimitMiddleware):
    """Refuses a body over the limit: by its declared size before it is read, else as it comes.

    *larger* has the limits of single routes, by method and path.
    """

    def __init__(self, app: ASGIApp, max_body_size: int, larger: Mapping[str, int]) -> None:
        super().__init__(app, max_body_size)
        self.larger = {
            route: RequestBodyLimitMiddleware(app, limit) for route, limit in larger.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413, or run the rest of the application."""
        own: RequestBodyLimitMiddleware | None = None
        if scope["type"] == "http":
            own = self.larger.get(f"{scope['method']} {scope['path']}")
            declared = Headers(scope=scope).get("content-length", "")
            if declared.isdecimal() and int(declared) > (own or self).max_body_size:
                await respond(TooLarge())(scope, receive, send)
                return
        await (own or super()).__call__(scope, receive, send)


def middleware(
    settings: HttpSettings, larger: Mapping[str, int] = MappingProxyType({})
) -> list[Middleware]:
    """Return what surrounds the routes, outermost first.

    *larger* has the limits of bodies that may be larger than others, as `{"POST /path": bytes}`.
    """
    return [
        Middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies),
        Middleware(RequestId),
        Middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["Location", "Retry-After", "X-Request-ID"],
        ),
        Middleware(LastResort),
        Middleware(BodyLimit, max_body_size=settings.max_request_bytes, larger=larger),
    ]
