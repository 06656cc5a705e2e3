"""The line of `.env` that mends an address; a password is never in it. Pure."""

from sqlalchemy import URL

from ...supabase.database.address import Address
from ...supabase.database.settings import DatabaseSettings


def address_line(settings: DatabaseSettings, mended: Address) -> str:
    """Return what to write for the database to be dialled at *mended*."""
    pasted = settings.database_url
    if pasted is None and mended.url.port == settings.address().url.port:
        return f"DATABASE_POOLER_HOST={mended.url.host}"
    if pasted is None:
        return f"DATABASE_POOLING_MODE={mended.mode}"
    has_password = settings.database_password is None
    return f"DATABASE_URL={shown(mended, has_password=has_password)}"


def shown(address: Address, *, has_password: bool = True) -> str:
    """Return the address as Supabase shows it, with a word where the password goes."""
    url: URL = address.url
    host = f"[{url.host}]" if ":" in (url.host or "") else url.host
    password = ":[YOUR-PASSWORD]" if has_password else ""
    query = f"?sslmode={address.sslmode}" if address.sslmode else ""
    return f"postgresql://{url.username}{password}@{host}:{url.port}/{url.database}{query}"
