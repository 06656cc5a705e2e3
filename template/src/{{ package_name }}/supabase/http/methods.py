"""Which methods a path has: those of all its routes, and `HEAD` and `OPTIONS` besides."""

from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from .errors import Problem

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class MethodNotAllowed(Problem):
    """The path has no such method."""

    status, type, title = 405, "about:blank", "Method Not Allowed"
    detail = "This path has no such method; `Allow` names those that it has."

    def __init__(self, methods: frozenset[str]) -> None:
        super().__init__(headers={"Allow": allow(methods)})


def methods_at(scope: Scope) -> frozenset[str]:
    """Return the methods that the routes of this path take."""
    routes: list[BaseRoute] = scope["app"].routes
    return frozenset(
        method
        for method in METHODS
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in routes)
    )


def allow(methods: frozenset[str]) -> str:
    """Return the `Allow` of a path whose routes take *methods*."""
    implied = {"HEAD", "OPTIONS"} if "GET" in methods else {"OPTIONS"}
    return ", ".join(method for method in METHODS if method in methods | implied)
