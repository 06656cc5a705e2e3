"""Which request does what. The order counts: an object of any name fits the last rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import buckets, changing, reading, uploading
from .caller import Caller, caller_of
from .errors import NoApiKey, StorageError, invalid_request
from .service import Storage

ForCaller: TypeAlias = Callable[[Storage, Request, Caller], Awaitable[Response]]
ForAnybody: TypeAlias = Callable[[Storage, Request], Awaitable[Response]]
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]

OBJECT = "{bucket}/{name:path}"

FOR_ANYBODY: list[tuple[str, str, ForAnybody]] = [
    ("GET", f"/object/public/{OBJECT}", reading.download_public),
    ("GET", f"/object/info/public/{OBJECT}", reading.info_public),
    ("GET", f"/object/sign/{OBJECT}", reading.download_signed),
    ("PUT", f"/object/upload/sign/{OBJECT}", uploading.upload_signed),
]

FOR_CALLER: list[tuple[str, str, ForCaller]] = [
    ("POST", "/bucket", buckets.create),
    ("GET", "/bucket", buckets.read_all),
    ("GET", "/bucket/{bucket}", buckets.read),
    ("PUT", "/bucket/{bucket}", buckets.update),
    ("POST", "/bucket/{bucket}/empty", buckets.empty),
    ("DELETE", "/bucket/{bucket}", buckets.delete),
    ("POST", "/object/list/{bucket}", reading.list_objects),
    ("POST", "/object/move", changing.move),
    ("POST", "/object/copy", changing.copy),
    ("POST", f"/object/upload/sign/{OBJECT}", uploading.sign_upload),
    ("POST", f"/object/sign/{OBJECT}", reading.sign),
    ("POST", "/object/sign/{bucket}", reading.sign_many),
    ("GET", f"/object/info/authenticated/{OBJECT}", reading.info),
    ("GET", f"/object/info/{OBJECT}", reading.info),
    ("GET", f"/object/authenticated/{OBJECT}", reading.download),
    ("DELETE", "/object/{bucket}", changing.remove),
    ("POST", f"/object/{OBJECT}", uploading.upload),
    ("PUT", f"/object/{OBJECT}", uploading.update),
    ("GET", f"/object/{OBJECT}", reading.download),
    ("DELETE", f"/object/{OBJECT}", changing.remove_one),
]

NOT_HERE = {
    "/render/image/{rest:path}": "image transformation is not part of the local stand-in",
    "/upload/resumable{rest:path}": "resumable uploads are not part of the local stand-in",
}


def routes(storage: Storage) -> list[Route]:
    """Return what *storage* answers to."""
    found = [_route(path, method, _anybody(storage, does)) for method, path, does in FOR_ANYBODY]
    found += [_route(path, method, _caller(storage, does)) for method, path, does in FOR_CALLER]
    every = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    found += [_route(path, every, _missing(why)) for path, why in NOT_HERE.items()]
    return found


def _route(path: str, method: str | list[str], endpoint: Endpoint) -> Route:
    methods = [method] if isinstance(method, str) else method
    return Route(f"/storage/v1{path}", _answering(endpoint), methods=methods)


def _anybody(storage: Storage, does: ForAnybody) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await does(storage, request)

    return endpoint


def _caller(storage: Storage, does: ForCaller) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await does(storage, request, caller_of(request, storage.keys))

    return endpoint


def _missing(why: str) -> Endpoint:
    async def endpoint(_request: Request) -> Response:
        raise invalid_request(why)

    return endpoint


def _answering(endpoint: Endpoint) -> Endpoint:
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except NoApiKey:
            return JSONResponse({"message": "Invalid API key"}, 401)
        except StorageError as error:
            return error.response()
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it

    return answer
