"""The settings of a service behind the pooler of the bench, which has one of Supabase's names."""

from __future__ import annotations

from sqlalchemy import make_url
from tests.rendered.bench.supavisor import Supavisor

POOLER = "aws-1-eu-central-1.pooler.supabase.com"
OTHERS = {"DATABASE_POOLING_MODE": None, "MIGRATIONS_DATABASE_URL": None}


def through(pooler: Supavisor, **parts: str) -> dict[str, str | None]:
    """Say the same as `.env` would, with some *parts* of the address changed."""
    url = make_url(pooler.url).set(host=POOLER, port=6543, query={"sslmode": "disable"})
    return {"DATABASE_URL": url.set(**parts).render_as_string(hide_password=False), **OTHERS}  # pyright: ignore[reportArgumentType]
