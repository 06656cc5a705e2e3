"""The table of notes."""

import sqlalchemy as sa
from alembic import op

revision = "8f2c61d0a4be"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "char_length(title) between 1 and 200", name=op.f("ck_notes_title_length")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_created_at_id"), "notes", ["created_at", "id"])
    # Older Supabase projects grant new tables to the roles of the Data API by default; newer ones
    # do not. Only this service's own login reads notes, whatever the project's age.
    op.execute("revoke all on table notes from anon, authenticated, service_role")


def downgrade() -> None:
    op.drop_table("notes")
