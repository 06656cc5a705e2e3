"""Which request does what. The order counts: an object of any name fits the last rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import buckets, changing, listing, reading, uploading
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
    ("POST", "/object/list/{bucket}", listing.list_objects),
    ("POST", "/object/list-v2/{bucket}", listing.list_objects_v2),
    ("POST", "/object/move", changing.move),
    ("POST", "/object/copy", changing.copy),
    ("POST", f"/object/upload/sign/{OBJECT}", uploading.sign_upload),
    ("POST", f"/object/sign/{OBJECT}", reading.sign),
    ("POST", "/object/sign/{bucket}", reading.sign_many),
    ("GET", f"/object/info/authenticated/{OBJECT}", reading.info),
    ("GET", f"/object/authenticated/{OBJECT}", reading.download),
    ("DELETE", "/object/{bucket}", changing.remove),
    ("POST", f"/object/{OBJECT}", uploading.upload),
    ("PUT", f"/object/{OBJECT}", uploading.update),
    ("DELETE", f"/object/{OBJECT}", changing.remove_one),
]

FOR_GUESTS: list[tuple[str, str, ForCaller, ForAnybody]] = [
    ("GET", f"/object/info/{OBJECT}", reading.info, reading.info_public),
    ("GET", f"/object/{OBJECT}", reading.download, reading.download_public),
]
"""To whoever comes with a bad token they answer as to anybody: a private bucket is not there."""

EVERY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

NOT_HERE = {
    "/render/image/{rest:path}": "image transformation is not part of the local stand-in",
    "/upload/resumable{rest:path}": "resumable uploads are not part of the local stand-in",
}


def routes(storage: Storage) -> list[Route]:
    """Return what *storage* answers to."""
    found = [_route(path, method, _anybody(storage, does)) for method, path, does in FOR_ANYBODY]
    found += [_route(path, method, _caller(storage, does)) for method, path, does in FOR_CALLER]
    found += [
        _route(path, method, _guest(storage, does, else_does))
        for method, path, does, else_does in FOR_GUESTS
    ]
    found += [_route(path, EVERY_METHOD, _missing(why)) for path, why in NOT_HERE.items()]
    return [*found, _route("/{rest:path}", EVERY_METHOD, _unknown)]


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


def _guest(storage: Storage, does: ForCaller, else_does: ForAnybody) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            caller = caller_of(request, storage.keys)
        except StorageError:
            return await else_does(storage, request)
        return await does(storage, request, caller)

    return endpoint


async def _unknown(request: Request) -> Response:
    path = request.url.path.removeprefix("/storage/v1")
    message = f"Route {request.method}:{path} not found"
    return JSONResponse({"message": message, "error": "Not Found", "statusCode": 404}, 404)


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
