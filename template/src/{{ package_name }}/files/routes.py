"""The HTTP surface of files. Each caller has a folder of their own, which no path leads out of."""

from contextlib import suppress
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse
from starlette.requests import Request

from ..supabase import Conflict, CurrentUser, Invalid, Limit, Page
from ..supabase.errors import Problem
from ..supabase.storage import CallerStorage, storage
from ..supabase.storage_settings import StorageSettings
from . import names
from .inline import Inline
from .schemas import (
    FileEntry,
    FilePath,
    FileRead,
    SignedUploadRead,
    SignedUrlCreate,
    SignedUrlRead,
)
from .types import type_of
from .upload import FRAME, MULTIPART, ReceivedFile

NEXT = "`next_cursor` of the page before this one."
FilesCursor = Annotated[
    str | None,
    Query(pattern=r"^[A-Za-z0-9_-]+={0,2}$", max_length=2000, description=NEXT),
]
TO_URL, FROM_URL = str.maketrans("+/", "-_"), str.maketrans("-_", "+/")

REDIRECT_SECONDS = 60
"""How long the address is good that a download is sent to."""

router = APIRouter(prefix="/files", tags=["files"])


def body_limits(settings: StorageSettings) -> dict[str, int]:
    """Return what the body of an upload may have, in bytes."""
    return {f"POST {router.prefix}": settings.storage_max_file_bytes + FRAME}


@router.post("", status_code=201, openapi_extra=MULTIPART)
async def create_file(
    sent: ReceivedFile,
    user: CurrentUser,
    bucket: CallerStorage,
    response: Response,
    *,
    upsert: Annotated[bool, Query(description="Replace a file of this path.")] = False,
) -> FileRead:
    """Store a file; what it is, its bytes tell."""
    key = names.key_of(user.user_id, sent.path)
    content_type = await type_of(sent.file)
    await sent.file.seek(0)
    try:
        await bucket.upload(key, sent.file, sent.size, content_type, upsert=upsert)
    except Conflict:
        raise Conflict("There is a file of this path; `?upsert=true` replaces it.") from None
    response.headers["Location"] = f"{router.prefix}/{quote(sent.path)}"
    created = FileRead(path=sent.path, size=sent.size, content_type=content_type)
    # It is stored, whatever this says: an upload takes its time, and the token may end meanwhile.
    with suppress(Problem):
        created.etag = (await bucket.info(key)).etag
    return created


@router.get("")
async def list_files(
    user: CurrentUser,
    bucket: CallerStorage,
    prefix: Annotated[str, Query(description="A folder; by default the outermost.")] = "",
    limit: Limit = 20,
    cursor: FilesCursor = None,
) -> Page[FileEntry]:
    """List a folder of yours, by name, capitals first, with the folders in it."""
    folder = prefix.removesuffix("/")
    key = names.key_of(user.user_id, folder) if folder else str(user.user_id)
    # Storage's cursors are base64, of which two characters mean something else in a URL.
    position = cursor.translate(FROM_URL) if cursor else None
    found, further = await bucket.list_folder(key, limit=limit, cursor=position)
    entries = [
        FileEntry(
            path="/".join(filter(None, (folder, names.read(entry.name)))),
            is_folder=entry.id is None,
            **entry.model_dump(exclude={"id", "name"}),
        )
        for entry in found
        if entry.name  # a key such as `a//b`, of another client: no path leads there
    ]
    return Page(items=entries, next_cursor=further.translate(TO_URL) if further else None)


@router.get("/{path:path}", response_class=Response, status_code=307)
async def read_file(
    path: str,
    request: Request,
    user: CurrentUser,
    bucket: CallerStorage,
    *,
    inline: Annotated[bool, Query(description="Answer with the file itself.")] = False,
) -> Response:
    """Go to a URL that is good for a minute; or, inline, answer with the file or a range of it."""
    key = names.key_of(user.user_id, path)
    if not inline:
        url = await bucket.signed_url(key, REDIRECT_SECONDS)
        return RedirectResponse(url, 307, {"Cache-Control": "no-store"})
    # Storage may not know If-Range; to answer with the whole is always right.
    passed_on = {"if-none-match"} if "if-range" in request.headers else {"if-none-match", "range"}
    asked = {name: value for name, value in request.headers.items() if name in passed_on}
    return Inline(await bucket.download(key, asked), path)


@router.post("/signed-upload", status_code=201)
async def sign_upload(file: FilePath, user: CurrentUser, bucket: CallerStorage) -> SignedUploadRead:
    """Let a browser send a file past this service; its type is then what the browser says."""
    key = names.key_of(user.user_id, file.path)
    signed = await bucket.signed_upload(key)
    return SignedUploadRead(
        path=file.path, url=signed.url, token=signed.token, bucket=bucket.name, key=key
    )


@router.post("/signed-url", status_code=201)
async def sign_url(
    wanted: SignedUrlCreate, request: Request, user: CurrentUser, bucket: CallerStorage
) -> SignedUrlRead:
    """Make a URL by which anybody may read a file, for a while."""
    most = storage(request).settings.storage_signed_url_max_seconds
    seconds = most if wanted.expires_in is None else wanted.expires_in
    if not 1 <= seconds <= most:
        raise Invalid(f"expires_in is a number of seconds from 1 to {most}.")
    save_as = wanted.path.rpartition("/")[2] if wanted.download else ""
    key = names.key_of(user.user_id, wanted.path)
    url = await bucket.signed_url(key, seconds, save_as=save_as)
    return SignedUrlRead(path=wanted.path, url=url, expires_in=seconds)


@router.delete("/{path:path}", status_code=204)
async def delete_file(path: str, user: CurrentUser, bucket: CallerStorage) -> None:
    """Delete a file."""
    await bucket.remove(names.key_of(user.user_id, path))
