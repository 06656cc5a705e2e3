"""The HTTP surface of notes."""

from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from ..supabase import (
    AppDatabase,
    CallerSession,
    Cursor,
    Export,
    Limit,
    NewestFirst,
    NotFound,
    Page,
    ReadOnlySession,
    export,
)
from .model import Note
from .schemas import NoteCreate, NotePatch, NoteRead

router = APIRouter(prefix="/notes", tags=["notes"])

ORDER = NewestFirst(Note.created_at, Note.id)


async def find(session: AsyncSession, note_id: UUID) -> Note:
    """Return the note, or raise `NotFound`."""
    note = await session.get(Note, note_id)
    if note is None:
        raise NotFound
    return note


@router.post("", status_code=201)
async def create_note(new: NoteCreate, session: CallerSession, response: Response) -> NoteRead:
    """Write a note."""
    note = Note(**new.model_dump())
    session.add(note)
    await session.flush()
    response.headers["Location"] = f"{router.prefix}/{note.id}"
    return NoteRead.model_validate(note)


@router.get("")
async def list_notes(
    session: ReadOnlySession, limit: Limit = 20, cursor: Cursor = None
) -> Page[NoteRead]:
    """List notes, the newest first."""
    notes, next_cursor = await ORDER.page(session, select(Note), limit, cursor)
    return Page(items=[NoteRead.model_validate(note) for note in notes], next_cursor=next_cursor)


@router.get("/export", response_class=Export)
async def export_notes(database: AppDatabase) -> Export:
    """Stream every note, the oldest first, one JSON object a line."""
    query = select(Note).order_by(Note.created_at, Note.id)
    return await export(
        database, query, lambda note: NoteRead.model_validate(note).model_dump_json()
    )


@router.get("/{note_id}")
async def read_note(note_id: UUID, session: ReadOnlySession) -> NoteRead:
    """Read one note."""
    return NoteRead.model_validate(await find(session, note_id))


@router.patch("/{note_id}")
async def update_note(note_id: UUID, patch: NotePatch, session: CallerSession) -> NoteRead:
    """Change what the request names, and leave the rest."""
    note = await find(session, note_id)
    for name, value in patch.model_dump(exclude_unset=True).items():
        setattr(note, name, value)
    await session.flush()
    return NoteRead.model_validate(note)


@router.delete("/{note_id}", status_code=204)
async def delete_note(note_id: UUID, session: CallerSession) -> None:
    """Delete one note."""
    deleted = await session.scalar(delete(Note).where(Note.id == note_id).returning(Note.id))
    if deleted is None:
        raise NotFound
