"""The HTTP surface of files. Each caller has a folder of their own, which no path leads out of."""

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse
from starlette.requests import Request

from ..supabase import (
    CREATED,
    CallerStorage,
    Conflict,
    Created,
    CurrentUser,
    Invalid,
    Limit,
    Page,
    Problem,
    WrongType,
    documented,
    storage_client,
)
from . import names
from .inline import ASKED, DOCUMENTED, Inline, conditions
from .schemas import (
    FileEntry,
    FilePath,
    FileRead,
    Folder,
    Path,
    SignedUploadRead,
    SignedUrlCreate,
    SignedUrlRead,
)
from .types import type_of
from .upload import MULTIPART, ReceivedFile, UploadRoute

NEXT = "`next_cursor` of the page before this one."
FilesCursor = Annotated[
    str | None,
    Query(pattern=r"^[A-Za-z0-9_-]+={0,2}$", max_length=2000, description=NEXT),
]
TO_URL, FROM_URL = str.maketrans("+/", "-_"), str.maketrans("-_", "+/")

REDIRECT_SECONDS = 60
"""How long the address is good that a download is sent to."""

ROUTES = frozenset({"signed-upload", "signed-url"})

router = APIRouter(prefix="/files", tags=["files"])


def no_route(path: str) -> str:
    """Return *path*, at which a file can be read.

    Raises:
        Invalid: there is a route in its place.
    """
    if path in ROUTES:
        raise Invalid(f"/files/{path} is no file; choose another name.")
    return path


async def create_file(
    sent: ReceivedFile,
    user: CurrentUser,
    bucket: CallerStorage,
    created: Created,
    *,
    upsert: Annotated[bool, Query(description="Replace a file of this path.")] = False,
) -> FileRead:
    """Store a file; what it is, its bytes tell."""
    key = names.key_of(user.user_id, no_route(sent.path))
    content_type = await type_of(sent.file)
    await sent.file.seek(0)
    try:
        await bucket.upload(key, sent.file, sent.size, content_type, upsert=upsert)
    except Conflict:
        raise Conflict("There is a file of this path; `?upsert=true` replaces it.") from None
    created.at(sent.path)
    file = FileRead(path=sent.path, size=sent.size, content_type=content_type)
    # It is stored, whatever this says: an upload takes its time, and the token may end meanwhile.
    with suppress(Problem):
        file.etag = (await bucket.info(key)).etag
    return file


router.add_api_route(
    "",
    create_file,
    methods=["POST"],
    status_code=201,
    responses={**CREATED, **documented(WrongType)},
    openapi_extra=MULTIPART,
    route_class_override=UploadRoute,
)


@router.get("")
async def list_files(
    user: CurrentUser,
    bucket: CallerStorage,
    prefix: Folder = "",
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


@router.get(
    "/{path:path}",
    response_class=Response,
    status_code=307,
    responses=DOCUMENTED,
    openapi_extra={"parameters": ASKED},
)
async def read_file(
    path: Path,
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
        return RedirectResponse(url, 307)
    return Inline(await bucket.download(key, conditions(request.headers)), path)


@router.post("/signed-upload", status_code=201)
async def sign_upload(file: FilePath, user: CurrentUser, bucket: CallerStorage) -> SignedUploadRead:
    """Let a browser send a file past this service; its type is then what the browser says."""
    key = names.key_of(user.user_id, no_route(file.path))
    signed = await bucket.signed_upload(key)
    return SignedUploadRead(
        path=file.path, url=signed.url, token=signed.token, bucket=bucket.name, key=key
    )


@router.post("/signed-url", status_code=201)
async def sign_url(
    wanted: SignedUrlCreate, request: Request, user: CurrentUser, bucket: CallerStorage
) -> SignedUrlRead:
    """Make a URL by which anybody may read a file, for a while."""
    most = storage_client(request).settings.storage_signed_url_max_seconds
    seconds = most if wanted.expires_in is None else wanted.expires_in
    if not 1 <= seconds <= most:
        raise Invalid(f"expires_in is a number of seconds from 1 to {most}.")
    save_as = wanted.path.rpartition("/")[2] if wanted.download else ""
    key = names.key_of(user.user_id, wanted.path)
    url = await bucket.signed_url(key, seconds, save_as=save_as)
    return SignedUrlRead(path=wanted.path, url=url, expires_in=seconds)


@router.delete("/{path:path}", status_code=204)
async def delete_file(path: Path, user: CurrentUser, bucket: CallerStorage) -> None:
    """Delete a file."""
    await bucket.remove(names.key_of(user.user_id, path))
