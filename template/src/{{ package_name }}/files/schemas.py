"""What comes in and what goes out."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from .names import LONGEST

# What `names.checked` takes, for /docs only: its own words are better than those of a pattern.
NAME = r"(?!\.{1,2}(?:/|$))[^/\\\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+"
PATH = rf"{NAME}(?:/{NAME})*"
PATH_SCHEMA = {"minLength": 1, "maxLength": LONGEST, "pattern": f"^{PATH}$"}

WEEK = 7 * 24 * 3600
"""Seconds; STORAGE_SIGNED_URL_MAX_SECONDS allows no more, and by default less."""

Path = Annotated[str, Field(json_schema_extra={**PATH_SCHEMA})]
Folder = Annotated[
    str,
    Query(
        description="A folder; by default the outermost.",
        json_schema_extra={"maxLength": LONGEST, "pattern": f"^(?:{PATH}/?)?$"},
    ),
]


class FileRead(BaseModel):
    """A file as stored; without *etag* if Storage did not tell it, such as to an expired token."""

    path: str
    size: int
    content_type: str
    etag: str | None = None


class FileEntry(BaseModel):
    """One line of a folder: a file, or a folder, which has a path only."""

    path: str
    is_folder: bool
    size: int | None = None
    content_type: str | None = None
    etag: str | None = None
    updated_at: datetime | None = None


class FilePath(BaseModel):
    """Which file."""

    path: Path


class SignedUploadRead(BaseModel):
    """Where a browser may `PUT` the file within two hours, once, without an access token.

    supabase-js does it with `uploadToSignedUrl`; *key* and *bucket* are what it asks for.
    """

    path: str
    url: str
    token: str
    bucket: str
    key: str


class SignedUrlCreate(FilePath):
    """For how long anybody with the URL may read the file, and whether a browser saves it."""

    model_config = ConfigDict(strict=True)

    expires_in: Annotated[int, Field(ge=1, le=WEEK)] | None = None
    download: bool = False


class SignedUrlRead(BaseModel):
    """A URL that reads a file without an access token, and for how many seconds."""

    path: str
    url: str
    expires_in: int
