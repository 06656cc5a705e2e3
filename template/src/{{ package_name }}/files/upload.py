"""A file on its way in: read once it is known whose it is, and never as a whole in memory."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

from fastapi import Depends
from fastapi.routing import APIRoute
from starlette.datastructures import UploadFile
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from ..supabase import CurrentUser, Invalid, TooLarge, storage_client
from .bucket import TYPES
from .schemas import PATH_SCHEMA

FRAME = 64 * 1024
"""Bytes of a form around its file."""

MULTIPART: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "path": {
                            "type": "string",
                            "description": "By default the file's name.",
                            **PATH_SCHEMA,
                        },
                    },
                },
                "encoding": {"file": {"contentType": ", ".join(TYPES)}},
            }
        },
    }
}
"""The form for /docs."""


class UploadRoute(APIRoute):
    """Takes as much as a file may have, where other routes take MAX_REQUEST_BYTES."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raise the limit of this request's body; what is over it is answered with 413."""
        limit = storage_client(Request(scope)).settings.storage_max_file_bytes + FRAME
        await RequestBodyLimitMiddleware(super().handle, limit)(scope, receive, send)


class Received:
    """A file and the path that it is to have; *size* in bytes."""

    def __init__(self, file: UploadFile, path: str) -> None:
        self.file = file
        self.path = path
        self.size = file.size or 0


async def received(request: Request, _user: CurrentUser) -> AsyncGenerator[Received]:
    """Read the form, once it is known who sends it; what is over a megabyte waits on disk.

    A parameter of FastAPI's own would be read before anybody asked for a token.

    Raises:
        Invalid: there is no file in it, or its sender is gone.
        TooLarge: the file is over STORAGE_MAX_FILE_BYTES.
    """
    try:
        form = await request.form(max_files=1, max_fields=1)
    except ClientDisconnect:
        raise Invalid("The body of the request ended early.") from None
    except ValueError:
        raise Invalid("The form cannot be read.") from None  # a charset that is none, and the like
    try:
        file, path = form.get("file"), form.get("path")
        if form.keys() - {"file", "path"}:
            raise Invalid("A form has the fields `file` and `path`, and no other.")
        if not isinstance(file, UploadFile):
            raise Invalid("The form has no file in its field `file`.")
        if (file.size or 0) > storage_client(request).settings.storage_max_file_bytes:
            raise TooLarge("The file is over the limit.")
        yield Received(file, path if isinstance(path, str) else file.filename or "")
    finally:
        await form.close()


ReceivedFile = Annotated[Received, Depends(received)]
"""The file of a form, within the limit; closed when the request ends."""
