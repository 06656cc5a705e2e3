"""The HTTP surface of notes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from ..supabase import (
    CREATED,
    AppDatabase,
    CallerSession,
    Created,
    CurrentUser,
    Cursor,
    Export,
    Limit,
    NotFound,
    Page,
    Principal,
    ReadOnlySession,
    export,
    query,
)
from .model import Note
from .schemas import NoteCount, NoteCreate, NotePatch, NoteRead

router = APIRouter(prefix="/notes", tags=["notes"])

Part = Annotated[
    str | None,
    Query(max_length=200, pattern=r"^[^\x00]*$", description="Only those with this in the title."),
]


def notes_of(user: Principal, title: str | None = None) -> Select[Note]:
    """Return the rows that every query here begins with: whose notes, said in the query too."""
    notes = select(Note).where(Note.owner_id == user.user_id)
    if title is None:
        return notes
    return notes.where(Note.title.icontains(title, autoescape=True))


async def find(session: AsyncSession, user: Principal, note_id: UUID) -> Note:
    """Return a note of *user*, or raise `NotFound`."""
    return await query(session, notes_of(user)).where(Note.id == note_id).one()


@router.post("", status_code=201, responses=CREATED)
async def create_note(
    new: NoteCreate, user: CurrentUser, session: CallerSession, created: Created
) -> NoteRead:
    """Write a note."""
    note = Note(owner_id=user.user_id, **new.model_dump())
    session.add(note)
    await session.flush()
    created.at(note.id)
    return NoteRead.model_validate(note)


@router.get("")
async def list_notes(
    user: CurrentUser,
    session: ReadOnlySession,
    title: Part = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[NoteRead]:
    """List your notes, the newest first."""
    notes = query(session, notes_of(user, title)).order_by(Note.created_at.desc())
    page = await notes.page(cursor, limit)
    return page.map(NoteRead.model_validate)


@router.get("/count")
async def count_notes(user: CurrentUser, session: ReadOnlySession, title: Part = None) -> NoteCount:
    """Count your notes."""
    return NoteCount(count=await query(session, notes_of(user, title)).count())


@router.get("/export", response_class=Export)
async def export_notes(user: CurrentUser, database: AppDatabase, title: Part = None) -> Export:
    """Stream your notes, the oldest first, one JSON object a line."""
    notes = notes_of(user, title).order_by(Note.created_at, Note.id)
    return await export(
        database, user, notes, lambda note: NoteRead.model_validate(note).model_dump_json()
    )


@router.get("/{note_id}")
async def read_note(note_id: UUID, user: CurrentUser, session: ReadOnlySession) -> NoteRead:
    """Read one note."""
    return NoteRead.model_validate(await find(session, user, note_id))


@router.patch("/{note_id}")
async def update_note(
    note_id: UUID, patch: NotePatch, user: CurrentUser, session: CallerSession
) -> NoteRead:
    """Change what the request names, and leave the rest."""
    note = await find(session, user, note_id)
    for name, value in patch.model_dump(exclude_unset=True).items():
        setattr(note, name, value)
    await session.flush()
    return NoteRead.model_validate(note)


@router.delete("/{note_id}", status_code=204)
async def delete_note(note_id: UUID, user: CurrentUser, session: CallerSession) -> None:
    """Delete one note."""
    mine = delete(Note).where(Note.id == note_id, Note.owner_id == user.user_id)
    if await session.scalar(mine.returning(Note.id)) is None:
        raise NotFound
