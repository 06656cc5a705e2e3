"""Where a thing is, as its client sees it: under any prefix, mount or root path."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request, Response


class Place:
    """Tells in `Location` where that is which a request made."""

    def __init__(self, request: Request, response: Response) -> None:
        self._scope = request.scope
        self._headers = response.headers

    def at(self, name: object) -> None:
        """Say that it is *name* below the path of the request.

        There is no host in it: the `Host` of a request is only what its client says.
        """
        path: str = self._scope["path"]
        # A server that knows its root path puts it before the path; the proxy may cut it off.
        root: str = self._scope.get("root_path", "").rstrip("/")
        seen = path if path.startswith(f"{root}/") else root + path
        self._headers["Location"] = f"{quote(seen)}/{quote(str(name))}"


Created = Annotated[Place, Depends()]
"""For a route that makes something: `created.at(note.id)`."""

CREATED: dict[int | str, dict[str, Any]] = {
    201: {
        "headers": {
            "Location": {
                "description": "The path of what was created.",
                "schema": {"type": "string", "format": "uri-reference"},
            }
        }
    }
}
"""Its `responses=`, for /docs."""
