"""Who signs and who serves in the tests of TLS, and how a client knocks."""

from __future__ import annotations

from typing import Any

import asyncpg

from my_supabase_service.supabase.database.engine import connect_args
from my_supabase_service.supabase.database.login.refusals import refusal_of

from .certificates import issue

REF = "abcdefghijklmnopqrst"
POOLER = "aws-0-eu-central-1.pooler.supabase.com"
DIRECT = f"db.{REF}.supabase.co"
OTHER = "db.example.com"
HOSTS = ("*.pooler.supabase.com", DIRECT, "x.supabase.co", OTHER)

# As Supabase's chain is: the intermediate has no key usage, and the root is sent along.
ROOT = issue("Supabase Root 2021 CA")
INTERMEDIATE = issue("Supabase Intermediate 2021 CA", ROOT, lacks=["key usage"])
SERVER = issue("*.pooler.supabase.com", INTERMEDIATE, hosts=HOSTS)

FORGED = issue("Supabase Root 2021 CA")
NAMELESS = issue("Supabase Root 2021 CA", lacks=["subject key", "authority key"])
STRANGER = issue("A Stranger")


async def knock(settings: Any) -> str:
    """Log in with what every engine dials with; give what is said when that fails."""
    address = settings.address()
    arguments = connect_args(address, settings.database_ssl_root_cert)
    where = address.url.translate_connect_args(username="user")
    try:
        connection: Any = await asyncpg.connect(**where, **arguments)
    except OSError as error:
        return getattr(refusal_of(error), "remedy", repr(error))
    connection.terminate()
    return ""
