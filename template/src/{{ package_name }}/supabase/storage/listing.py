"""What Storage says is in a folder, read so that no other folder is mixed into it. Pure."""

import re
from base64 import b64decode
from datetime import datetime

from pydantic import AliasPath, BaseModel, Field

from ..http.errors import Invalid

CURSOR = re.compile(r"[^\x00-\x1f]+(?:\n[^\x00-\x1f]+)*")
"""A cursor without its base64: lines of text."""


class Entry(BaseModel):
    """One line of a folder; a folder in it has neither an id nor a size."""

    name: str
    """Relative to the folder."""
    id: str | None = None
    updated_at: datetime | None = None
    size: int | None = Field(None, validation_alias=AliasPath("metadata", "size"))
    content_type: str | None = Field(None, validation_alias=AliasPath("metadata", "mimetype"))
    etag: str | None = Field(None, validation_alias=AliasPath("metadata", "eTag"))


class Listing(BaseModel):
    """A part of a folder, by name, in the order of the keys' bytes; *next_cursor* asks for more."""

    objects: list[Entry] = []
    folders: list[Entry] = []
    next_cursor: str | None = Field(None, validation_alias="nextCursor")

    def inside(self, prefix: str) -> list[Entry]:
        """Return the entries of exactly this *prefix*, named relative to it.

        Some versions of Storage compare with ILIKE: `a_b/` would list `A_B/` and `axb/`, too.
        """
        found = [each for each in (*self.objects, *self.folders) if each.name.startswith(prefix)]
        return [
            each.model_copy(update={"name": each.name.removeprefix(prefix).removesuffix("/")})
            for each in sorted(found, key=lambda each: each.name)
        ]


def check_cursor(cursor: str) -> None:
    """Refuse what Storage did not make: some versions of it fail on that, as if they were down.

    Raises:
        Invalid: it is none of Storage's cursors.
    """
    try:
        text = b64decode(cursor, validate=True).decode()
    except ValueError:
        text = ""
    if not CURSOR.fullmatch(text):
        raise Invalid("The cursor is not the `next_cursor` of a page.")
