"""Why TLS to the database failed, in a sentence that says what to do about it.

OpenSSL tells a reason, but not whose certificate it refused; that is looked up in the handshake.
"""

import ssl
import time
from collections.abc import Iterable
from operator import attrgetter
from typing import Any, Literal, cast

Authority = Literal["Supabase", "DATABASE_SSL_ROOT_CERT"]

# https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/
SIGNED_BY_ITSELF = 18
UNKNOWN_SIGNER = {2, 7, SIGNED_BY_ITSELF, 19, 20, 21}
OUT_OF_TIME = {
    9: "is not valid yet: wait, unless it is the clock of this machine that is wrong",
    10: "has expired: its owner must renew it, unless the clock of this machine is wrong",
}
WRONG_NAME = {62, 64}

SHOWN = 3
"""How many names of a certificate are told."""

NO_TLS = (
    "the server takes no TLS: a pooler or a database on this machine or in a private network needs"
    " ?sslmode=disable in its address; Supabase's own hosts take TLS, so another server answered"
)
REMEDIES: dict[Authority, str] = {
    "Supabase": (
        "another server or a proxy answered; or Supabase has a new authority, whose certificate"
        " goes into DATABASE_SSL_ROOT_CERT"
    ),
    "DATABASE_SSL_ROOT_CERT": (
        "put the certificate of the authority that signed the server's into that file;"
        " Supabase's own hosts need no such file"
    ),
}

Certificate = dict[str, Any]
"""What `ssl.SSLObject.getpeercert()` gives."""


class CertificateRefused(ssl.SSLCertVerificationError):
    """The server has not proved who it is; *explanation* says why, and what to do."""

    def __init__(self, error: ssl.SSLCertVerificationError, explanation: str) -> None:
        super().__init__(*error.args)
        self.__dict__.update(vars(error))
        self.explanation = explanation


class Handshake(ssl.SSLObject):
    """A handshake that can tell what it refused."""

    def do_handshake(self) -> None:
        """Do as any handshake does.

        Raises:
            CertificateRefused: the server has not proved who it is.
        """
        try:
            super().do_handshake()
        except ssl.SSLCertVerificationError as error:
            trusted = cast("HandshakeContext", self.context).trusted
            reason = _reason(error, _chain(self), trusted, self.server_hostname or "")
            raise CertificateRefused(error, reason) from error


class HandshakeContext(ssl.SSLContext):
    """What the handshakes of an engine have in common."""

    sslobject_class = Handshake
    trusted: Authority = "Supabase"
    """Who must have signed the server's certificate, where it is verified at all."""


def explain(error: BaseException) -> str | None:
    """Tell why TLS failed and what to do; None if *error* is about something else."""
    if isinstance(error, CertificateRefused):
        return error.explanation
    if isinstance(error, ConnectionError) and "rejected SSL upgrade" in str(error):
        return NO_TLS
    return None


def _chain(handshake: ssl.SSLObject) -> list[Certificate]:
    """Return the certificates that were looked at, the server's first; none if Python has changed.

    It publishes them since 3.13, but only as bytes; what it keeps inside can also read them.
    """
    try:
        chain: list[Any] | None = attrgetter("_sslobj.get_verified_chain")(handshake)()
        return [each.get_info() for each in chain or ()]
    except (AttributeError, ValueError):
        return []


def _reason(
    error: ssl.SSLCertVerificationError, chain: list[Certificate], trusted: Authority, host: str
) -> str:
    code = error.verify_code
    if code in WRONG_NAME:
        return (
            f"the server's certificate is for {_names(chain)}, not for {host}: correct the host in"
            " the address; Dashboard: Connect has Supabase's"
        )
    if code in UNKNOWN_SIGNER:
        signer = "itself" if code == SIGNED_BY_ITSELF else f"one that is called {_signer(chain)}"
        return (
            f"the server's certificate is not signed by {trusted}'s authority, but by {signer}:"
            f" {REMEDIES[trusted]}"
        )
    if code in OUT_OF_TIME:
        return f"{_validity(chain)} {OUT_OF_TIME[code]}"
    return (
        f"the server's certificate cannot be used ({error.verify_message}): its owner must have it"
        " issued again"
    )


def _names(chain: list[Certificate]) -> str:
    if not chain:
        return "another name"
    alternatives = chain[0].get("subjectAltName", ())
    names = [name for kind, name in alternatives if kind in {"DNS", "IP Address"}]
    shown = names[:SHOWN] or [_common_name(chain[0]["subject"])]
    more = ["..."] if len(names) > SHOWN else []
    return ", ".join([*map(_printable, shown), *more])


def _signer(chain: list[Certificate]) -> str:
    return _common_name(chain[-1]["issuer"]) if chain else "otherwise"


def _validity(chain: list[Certificate]) -> str:
    now = time.time()
    for each in chain:
        since, until = each["notBefore"], each["notAfter"]
        if not ssl.cert_time_to_seconds(since) <= now <= ssl.cert_time_to_seconds(until):
            name = _common_name(each["subject"])
            return f"the certificate of {name}, which is valid from {since} to {until},"
    return "a certificate of the server"


def _common_name(name: Iterable[Iterable[tuple[str, str]]]) -> str:
    fields = dict(field for fields in name for field in fields)
    return _printable(fields.get("commonName") or fields.get("organizationName") or "nothing")


def _printable(text: str) -> str:
    """Keep a stranger's text from looking like lines of the log."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:100]
