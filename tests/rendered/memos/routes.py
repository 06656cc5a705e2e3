"""The HTTP surface of memos."""

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from my_supabase_service.supabase import (
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

from .model import Memo
from .schemas import MemoCreate, MemoPatch, MemoRead

router = APIRouter(prefix="/memos", tags=["memos"])

ORDER = NewestFirst(Memo.created_at, Memo.id)


def memos_of(user: Principal) -> Select[Memo]:
    """Return the query that every other one begins with: whose memos, said in the query too."""
    return select(Memo).where(Memo.owner_id == user.user_id)


async def find(session: AsyncSession, user: Principal, memo_id: UUID) -> Memo:
    """Return a memo of *user*, or raise `NotFound`."""
    memo = await session.scalar(memos_of(user).where(Memo.id == memo_id))
    if memo is None:
        raise NotFound
    return memo


@router.post("", status_code=201, responses=CREATED)
async def create_memo(
    new: MemoCreate, user: CurrentUser, session: CallerSession, created: Created
) -> MemoRead:
    """Write a memo."""
    memo = Memo(owner_id=user.user_id, **new.model_dump())
    session.add(memo)
    await session.flush()
    created.at(memo.id)
    return MemoRead.model_validate(memo)


@router.get("")
async def list_memos(
    user: CurrentUser, session: ReadOnlySession, limit: Limit = 20, cursor: Cursor = None
) -> Page[MemoRead]:
    """List your memos, the newest first."""
    memos, next_cursor = await ORDER.page(session, memos_of(user), limit, cursor)
    return Page(items=[MemoRead.model_validate(memo) for memo in memos], next_cursor=next_cursor)


@router.get("/export", response_class=Export)
async def export_memos(user: CurrentUser, database: AppDatabase) -> Export:
    """Stream every memo of yours, the oldest first, one JSON object a line."""
    query = memos_of(user).order_by(Memo.created_at, Memo.id)
    return await export(
        database, user, query, lambda memo: MemoRead.model_validate(memo).model_dump_json()
    )


@router.get("/{memo_id}")
async def read_memo(memo_id: UUID, user: CurrentUser, session: ReadOnlySession) -> MemoRead:
    """Read one memo."""
    return MemoRead.model_validate(await find(session, user, memo_id))


@router.patch("/{memo_id}")
async def update_memo(
    memo_id: UUID, patch: MemoPatch, user: CurrentUser, session: CallerSession
) -> MemoRead:
    """Change what the request names, and leave the rest."""
    memo = await find(session, user, memo_id)
    for name, value in patch.model_dump(exclude_unset=True).items():
        setattr(memo, name, value)
    await session.flush()
    return MemoRead.model_validate(memo)


@router.delete("/{memo_id}", status_code=204)
async def delete_memo(memo_id: UUID, user: CurrentUser, session: CallerSession) -> None:
    """Delete one memo."""
    mine = delete(Memo).where(Memo.id == memo_id, Memo.owner_id == user.user_id)
    if await session.scalar(mine.returning(Memo.id)) is None:
        raise NotFound
