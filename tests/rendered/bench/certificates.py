"""Authorities as people make them, and the certificates that they sign, defects included."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)
SIGNS = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True)
class Identity:
    """A key, its certificate, and whoever signed that, up to the root."""

    key: ec.EllipticCurvePrivateKey
    chain: Sequence[x509.Certificate]

    def write_root(self, file: Path) -> Path:
        """Write what a client is told to trust."""
        file.write_bytes(self.chain[-1].public_bytes(serialization.Encoding.PEM))
        return file

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write what a server needs: the chain, root and all as Supabase sends it, and the key."""
        chain, key = folder / "chain.pem", folder / "key.pem"
        encoding, none = serialization.Encoding.PEM, serialization.NoEncryption()
        chain.write_bytes(b"".join(each.public_bytes(encoding) for each in self.chain))
        private = serialization.PrivateFormat.PKCS8
        key.write_bytes(self.key.private_bytes(encoding, private, none))
        return chain, key


def issue(  # noqa: PLR0913  # each one is a way to be wrong
    name: str,
    by: Identity | None = None,
    *,
    hosts: Sequence[str | x509.GeneralName] = (),
    days: tuple[int, int] = (-1, 1),
    lacks: Collection[str] = (),
    is_ca: bool | None = None,
) -> Identity:
    """Make a certificate called *name*, signed *by* somebody or by itself; for a server by *hosts*.

    It is valid from one of *days* to the other, counted from today. It *lacks* what is named:
    `authority key`, `subject key`, `key usage`, `constraints`, or that those are `critical`.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    signer = by.key if by else key
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.chain[0].subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) + days[0] * DAY)
        .not_valid_after(datetime.now(UTC) + days[1] * DAY)
    )
    extensions = _extensions(key, signer, hosts, is_ca=not hosts if is_ca is None else is_ca)
    for wanted, (extension, critical) in extensions.items():
        if wanted not in lacks:
            builder = builder.add_extension(extension, critical and "critical" not in lacks)
    certificate = builder.sign(signer, hashes.SHA256())
    return Identity(key, [certificate, *(by.chain if by else ())])


def _extensions(
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    hosts: Sequence[str | x509.GeneralName],
    *,
    is_ca: bool,
) -> dict[str, tuple[x509.ExtensionType, bool]]:
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    found: dict[str, tuple[x509.ExtensionType, bool]] = {
        "authority key": (authority, False),
        "subject key": (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        "constraints": (x509.BasicConstraints(ca=is_ca, path_length=None), True),
    }
    if is_ca:
        found["key usage"] = (SIGNS, True)
    if hosts:
        found["names"] = (x509.SubjectAlternativeName([_name(host) for host in hosts]), False)
    return found


def _name(host: str | x509.GeneralName) -> x509.GeneralName:
    if isinstance(host, x509.GeneralName):
        return host
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
