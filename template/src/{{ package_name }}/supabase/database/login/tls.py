"""TLS to the database: who is believed to be the server at an address.

A verified server has proved its chain and its name, as for libpq's `verify-full`. The flags of the
check are named here, so that it is the same on every Python.
"""

import logging
import ssl
from pathlib import Path
from typing import Literal

from ..address import Address, SslMode
from .handshake import Authority, HandshakeContext

Trust = Authority | Literal["no TLS", "anybody"]
"""Whose certificate is taken; from `anybody` means encrypted, but not verified."""

# On a host of Supabase's, and on any other.
TRUST: dict[SslMode | None, tuple[Trust, Trust]] = {
    None: ("Supabase", "anybody"),
    "disable": ("no TLS", "no TLS"),
    # In libpq these two may end without TLS. They ask for nothing, so here they give up nothing.
    "allow": ("Supabase", "anybody"),
    "prefer": ("Supabase", "anybody"),
    "require": ("anybody", "anybody"),
    # In libpq this is the chain without the name. Here there is no half of a proof.
    "verify-ca": ("Supabase", "DATABASE_SSL_ROOT_CERT"),
    "verify-full": ("Supabase", "DATABASE_SSL_ROOT_CERT"),
}
"""What each `sslmode` means, None being an address without one. Where there is TLS, a
DATABASE_SSL_ROOT_CERT that is set replaces what stands here."""

ROOTS = Path(__file__).parent / "roots"
SUPABASE_ROOTS = (ROOTS / "supabase-root-2021.pem", ROOTS / "supabase-root-2025.pem")
"""Supabase's production authorities: one name, two keys. The second has signed no server yet."""

# Python's own contexts have VERIFY_X509_STRICT since 3.13. It would refuse every server of
# Supabase's: the intermediate certificate that they send has no key usage.
VERIFY_FLAGS = ssl.VERIFY_X509_TRUSTED_FIRST | ssl.VERIFY_X509_PARTIAL_CHAIN

log = logging.getLogger(__name__)


def trust(address: Address, root_cert: Path | None) -> Trust:
    """Tell whose certificate is taken at *address*, when DATABASE_SSL_ROOT_CERT is *root_cert*."""
    at_supabase, elsewhere = TRUST[address.sslmode]
    asked = at_supabase if address.is_supabase else elsewhere
    return "DATABASE_SSL_ROOT_CERT" if root_cert and asked != "no TLS" else asked


def lacks_root_cert(address: Address, root_cert: Path | None) -> bool:
    """Tell whether *address* asks for a proof and there is nothing to check it against."""
    return root_cert is None and trust(address, root_cert) == "DATABASE_SSL_ROOT_CERT"


def tls_context(address: Address, root_cert: Path | None) -> ssl.SSLContext | bool:
    """Return the driver's `ssl`, which keeps it from the variables and files that libpq reads."""
    trusted = trust(address, root_cert)
    if trusted == "no TLS":
        return False
    context = HandshakeContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # Debian's Python leaves it to OpenSSL
    if trusted == "anybody":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    context.trusted = trusted
    context.verify_flags = VERIFY_FLAGS
    for file in SUPABASE_ROOTS if trusted == "Supabase" else [root_cert]:
        context.load_verify_locations(file)
    return context


def warn_if_unverified(address: Address, root_cert: Path | None) -> None:
    """Log that the address gives up a proof that its host could give; once, at the start."""
    if address.is_supabase and trust(address, root_cert) == "anybody":
        log.warning(
            "sslmode=require: the connection to %s is encrypted, but the server is not verified:"
            " whoever answers is believed. Remove it from the address to verify the server",
            address.url.host,
        )
