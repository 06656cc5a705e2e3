"""The table of memos. It refuses what `schemas.py` refuses: the Data API reaches it, too."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, FetchedValue, ForeignKey, Index, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from my_supabase_service.supabase import Base

# What `strip_whitespace` strips: https://www.unicode.org/reports/tr44/#White_Space.
BLANKS = (
    r" \t\n\u000b\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003"
    r"\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
# Python holds the years 1 to 9999, in every time zone; Postgres holds more, and infinity.
MOMENTS = "between '0001-01-02 00:00Z' and '9999-12-30 00:00Z'"


class Memo(Base):
    """Something to remember."""

    __tablename__ = "memos"
    __table_args__ = (
        CheckConstraint("char_length(title) between 1 and 200", name="title_length"),
        CheckConstraint(f"title = btrim(title, E'{BLANKS}')", name="title_stripped"),
        CheckConstraint("char_length(body) <= 100000", name="body_length"),
        CheckConstraint(f"created_at {MOMENTS}", name="created_at_range"),
        CheckConstraint(f"updated_at {MOMENTS}", name="updated_at_range"),
        Index(None, "owner_id", "created_at", "id"),  # the order of an owner's list
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    owner_id: Mapped[UUID] = mapped_column(
        ForeignKey("auth.users.id", ondelete="CASCADE"), server_default=func.auth.uid()
    )
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    # A trigger sets it at each update; `table.py` makes that.
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), server_onupdate=FetchedValue()
    )
