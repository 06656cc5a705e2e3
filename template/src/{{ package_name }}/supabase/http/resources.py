"""What a path answers besides its routes: it is one resource, whatever routes it has."""

from contextlib import suppress

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .methods import MethodNotAllowed, allow, methods_at
from .problems import respond


class HeadersSent(Exception):
    """Ends a route that would go on with a body that nobody asked for."""


class Resources:
    """Answers `HEAD` as `GET`, `OPTIONS` with `Allow`, and what a path without parameter is not.

    Such a path is nothing else: a `DELETE` of `/notes/export` is no `DELETE /notes/{note_id}`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._literal: dict[str, frozenset[str]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the rest of the application, or answer in its place."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        method = scope["method"]
        methods = self._literal_methods(scope)
        if methods is None and method in ("HEAD", "OPTIONS"):
            methods = methods_at(scope)
        if not methods or method in methods:
            await self.app(scope, receive, send)
        elif method == "OPTIONS":
            await Response(status_code=204, headers={"Allow": allow(methods)})(scope, receive, send)
        elif method == "HEAD" and "GET" in methods:
            await self._without_body(scope, receive, send)
        else:
            await respond(MethodNotAllowed(methods))(scope, receive, send)

    def _literal_methods(self, scope: Scope) -> frozenset[str] | None:
        """Return the methods of a path that has no parameter."""
        if self._literal is None:
            self._literal = literal_paths(scope["app"])
        root: str = scope.get("root_path", "").rstrip("/")
        return self._literal.get(scope["path"].removeprefix(root))

    async def _without_body(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a route up to its body; a stream is ended where it begins."""
        asked = {**scope, "method": "GET"}
        start: Message | None = None

        def note_route() -> None:
            scope["route"] = asked.get("route")  # the access log looks for it here

        async def send_start(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            elif start is not None:
                note_route()
                await send(start)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                start = None
                if message.get("more_body"):
                    raise HeadersSent

        try:
            with suppress(HeadersSent):
                await self.app(asked, receive, send_start)
        finally:
            note_route()


def literal_paths(app: FastAPI) -> dict[str, frozenset[str]]:
    """Return the methods of each path that has no parameter."""
    found: dict[str, frozenset[str]] = {}
    for route in iter_route_contexts(app.routes):
        if route.path and route.methods and "{" not in route.path:
            found[route.path] = found.get(route.path, frozenset()) | route.methods
    return found
