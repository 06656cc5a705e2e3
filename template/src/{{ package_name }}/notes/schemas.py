"""What comes in and what goes out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

# Postgres has no text with a NUL in it, and a title of blanks is none.
Title = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*\S[^\x00]*$"
    ),
]
Body = Annotated[str, StringConstraints(max_length=100_000, pattern=r"^[^\x00]*$")]


class NoteCreate(BaseModel):
    """A new note."""

    title: Title
    body: Body | None = None


class NotePatch(BaseModel):
    """What to change: what is absent stays. `null` clears the body; a title cannot be cleared."""

    # A factory shows no default in /docs: there is none, only what was sent is looked at.
    title: Title = Field(default_factory=str)
    body: Body | None = Field(default_factory=lambda: None)


class NoteRead(BaseModel):
    """A note as stored."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    title: str
    body: str | None
    created_at: datetime
    updated_at: datetime


class NoteCount(BaseModel):
    """How many notes there are."""

    count: int
