"""Which schemas are the project's own. Pure."""

import re

BOOKKEEPING = "alembic"
"""Where the migrations note how far they are, outside `public`, which the Data API serves."""

MANAGED = re.compile(
    r"_?(auth|storage|realtime|vault|extensions|graphql\w*|pgbouncer|pgmq\w*|pgsodium\w*|cron|net"
    r"|supabase(_\w+)?|analytics)"
)
"""Schemas that Supabase manages: what is in them is never compared, so never dropped."""


def is_of_postgres(schema: str) -> bool:
    """Tell whether Postgres keeps the name for itself."""
    return schema.startswith("pg_") or schema == "information_schema"


def is_of_project(schema: str) -> bool:
    """Tell whether neither Postgres nor Supabase nor the migrations made the schema."""
    return not (
        is_of_postgres(schema) or schema == BOOKKEEPING or MANAGED.fullmatch(schema) is not None
    )
