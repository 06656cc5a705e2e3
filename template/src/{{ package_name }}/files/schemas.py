"""What comes in and what goes out."""

from datetime import datetime

from pydantic import BaseModel


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

    path: str


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

    expires_in: int | None = None
    download: bool = False


class SignedUrlRead(BaseModel):
    """A URL that reads a file without an access token, and for how many seconds."""

    path: str
    url: str
    expires_in: int
