"""Whether the server proves who it is; nobody logs in for that."""

import asyncio
import ssl
from struct import pack

from ...supabase.database.login.refusals import refusal_of
from ...supabase.database.login.tls import tls_context, trust
from ...supabase.settings import is_near
from .known import Known
from .line import Line, fail, ok, warn
from .words import parted

REQUEST = pack("!ii", 8, 80877103)
"""What a client of Postgres asks before TLS."""

ANSWERED_WITHIN = 3
"""Seconds for the server's answer, and as many for the handshake."""


async def check_tls(known: Known) -> Line:
    """Shake hands as the service does, and leave."""
    root_cert = known.database.database_ssl_root_cert
    context = tls_context(known.address, root_cert)
    if isinstance(context, bool):
        return _unencrypted(known)
    try:
        answer = await _shake(known, context)
    except OSError as error:
        return _refused(known, error)
    if answer == b"N":
        return _refused(known, ConnectionError("rejected SSL upgrade"))
    if answer != b"S":
        return fail(
            f"what listens at {known.host}:{known.port} is no Postgres and no pooler of it",
            "correct host and port in DATABASE_URL; Dashboard: Connect has Supabase's",
        )
    return _encrypted(known)


async def _shake(known: Known, context: ssl.SSLContext) -> bytes:
    [place, *_] = known.places
    reader, writer = await asyncio.open_connection(place.host, place.port, family=place.family)
    try:
        async with asyncio.timeout(ANSWERED_WITHIN):
            writer.write(REQUEST)
            answer = await reader.read(1)
        if answer == b"S":
            async with asyncio.timeout(ANSWERED_WITHIN):
                await writer.start_tls(context, server_hostname=known.host)
        return answer
    finally:
        writer.close()


def _refused(known: Known, error: OSError) -> Line:
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLCertVerificationError):
        return fail(
            f"the handshake with {known.host} failed ({error.reason or error})",
            "a proxy may have answered, or a server without TLS 1.2: try from another network",
        )
    return fail(*parted(refusal_of(error, known.host, known.port).remedy))


def _unencrypted(known: Known) -> Line:
    if is_near(known.host):
        return ok(f"not encrypted, as DATABASE_URL says; {known.host} is near")
    return warn(
        f"the way to {known.host} is not encrypted: whoever is on it reads along",
        "remove ?sslmode=disable from DATABASE_URL",
    )


def _encrypted(known: Known) -> Line:
    trusted = trust(known.address, known.database.database_ssl_root_cert)
    if trusted != "anybody":
        return ok(f"{known.host} has proved its name and chain, by {trusted}'s authority")
    if known.address.is_supabase:
        return warn(
            "encrypted, but not verified: whoever answers is believed",
            f"remove ?sslmode={known.address.sslmode} from DATABASE_URL",
        )
    if is_near(known.host):
        return ok(f"encrypted; {known.host} is near, and is not verified")
    return warn(
        "encrypted, but not verified: whoever answers is believed",
        "set DATABASE_SSL_ROOT_CERT to the certificate of the server's authority",
    )
