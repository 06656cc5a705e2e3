"""The access log: one line for each request, with what came of it as fields for a collector.

It is written once the answer is whole or will never be. A query and a header are not in it.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Literal
from urllib.parse import quote

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONNECTION = "connection"
"""The server's extension of a request's scope, with `is_lost`: whether its client has left."""

log = logging.getLogger("access")
"""By a name of its own, so that a collector tells it from what the code logs."""


class AccessLog:
    """Logs each request at its end."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._templates: Templates | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the rest of the application, and watch what it answers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self._templates is None:
            self._templates = Templates(scope["app"].routes)
        line = Line(scope, self._templates)

        async def watched(message: Message) -> None:
            await send(message)
            line.see(message)
            if line.is_whole:
                line.write()

        try:
            await self.app(scope, receive, watched)
        finally:
            line.write()


class Line:
    """What is known of one request so far."""

    def __init__(self, scope: Scope, templates: "Templates") -> None:
        self.is_whole = False
        self._scope = scope
        self._templates = templates
        self._method: str = scope["method"]
        self._path: str = scope["path"]
        self._root: str = scope.get("root_path", "")
        self._status: int | None = None
        self._began = time.perf_counter()
        self._is_written = False

    def see(self, message: Message) -> None:
        """Take notice of a part of the answer."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
        elif message["type"] == "http.response.body":
            self.is_whole = not message.get("more_body", False)

    def write(self) -> None:
        """Log it, the first time."""
        if self._is_written:
            return
        self._is_written = True
        milliseconds = round((time.perf_counter() - self._began) * 1000, 1)
        ended = self._ended()
        # Quoted again: it was decoded, and may hold the end of a line.
        path = quote(self._path)
        client = (self._scope.get("client") or ("-",))[0]
        fields = {
            "method": self._method,
            "route": self._templates.of(self._scope, self._path, self._root),
            "path": path,
            "status": self._status,
            "duration_ms": milliseconds,
            "client": client,
            "ended": ended,
        }
        log.info(
            "%s %s %s %s in %.1f ms%s",
            client,
            self._method,
            path,
            self._status or "-",
            milliseconds,
            "" if ended == "whole" else f", {ended}",
            extra=fields,
        )

    def _ended(self) -> Literal["whole", "left", "cut"]:
        """Tell how it ended: the client has it all, or has left, or was left with a part."""
        connection = self._scope.get("extensions", {}).get(CONNECTION)
        if connection and connection["is_lost"]():
            return "left"
        return "whole" if self.is_whole else "cut"


class Templates:
    """The paths of *routes* as they were declared: /notes/{note_id}."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._literal: set[str] = set()
        self._of_route: defaultdict[int, list[str]] = defaultdict(list)
        for context in iter_route_contexts(routes):
            if context.path:
                self._of_route[id(context.original_route)].append(context.path)
                if "{" not in context.path:
                    self._literal.add(context.path)

    def of(self, scope: Scope, path: str, root: str) -> str | None:
        """Return that of the route that the request at *path* below *root* came to, if to one."""
        below = path.removeprefix(root.rstrip("/"))
        route: BaseRoute | None = scope.get("route")
        if route is None:
            return below if below in self._literal else None
        for template in self._of_route[id(route)]:
            if compile_path(template)[0].match(below):
                return template
        # It is another application's, which is mounted at the rest of the path.
        mounted_at: str = scope.get("root_path", "").removeprefix(root)
        return mounted_at + getattr(route, "path", "")
