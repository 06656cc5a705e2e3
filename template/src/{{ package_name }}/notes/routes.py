"""The HTTP surface of notes."""

from uuid import UUID

from fastapi import APIRouter
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
    NewestFirst,
    NotFound,
    Page,
    Principal,
    ReadOnlySession,
    export,
)
from .model import Note
from .schemas import NoteCreate, NotePatch, NoteRead

router = APIRouter(prefix="/notes", tags=["notes"])

ORDER = NewestFirst(Note.created_at, Note.id)


def notes_of(user: Principal) -> Select[Note]:
    """Return the query that every other one begins with: whose notes, said in the query too."""
    return select(Note).where(Note.owner_id == user.user_id)


async def find(session: AsyncSession, user: Principal, note_id: UUID) -> Note:
    """Return a note of *user*, or raise `NotFound`."""
    note = await session.scalar(notes_of(user).where(Note.id == note_id))
    if note is None:
        raise NotFound
    return note


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
    user: CurrentUser, session: ReadOnlySession, limit: Limit = 20, cursor: Cursor = None
) -> Page[NoteRead]:
    """List your notes, the newest first."""
    notes, next_cursor = await ORDER.page(session, notes_of(user), limit, cursor)
    return Page(items=[NoteRead.model_validate(note) for note in notes], next_cursor=next_cursor)


@router.get("/export", response_class=Export)
async def export_notes(user: CurrentUser, database: AppDatabase) -> Export:
    """Stream every note of yours, the oldest first, one JSON object a line."""
    query = notes_of(user).order_by(Note.created_at, Note.id)
    return await export(
        database, user, query, lambda note: NoteRead.model_validate(note).model_dump_json()
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
