"""What a project signs its tokens with, and what its API is called with; kept in the folder."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm

from .folder import write_private
from .problem import Problem

FILE = "keys.json"


@dataclass(frozen=True)
class Keys:
    """The keys of one project."""

    signing: PyJWK
    """An ES256 key pair; the public half is what services verify access tokens with."""
    publishable: str
    """For browsers: it only says which project is meant."""
    secret: str
    """For servers: whoever sends it acts as `service_role`."""
    login_password: str
    """What the service logs in to its database with."""

    def public(self) -> dict[str, Any]:
        """Return the public half as the project publishes it (RFC 7517)."""
        jwk = ECAlgorithm.to_jwk(self.signing.key.public_key(), as_dict=True)
        usage = {"alg": "ES256", "use": "sig", "key_ops": ["verify"], "ext": True}
        return {**jwk, **usage, "kid": self.signing.key_id}


def make_keys(folder: Path, *, fresh: bool = False) -> Keys:
    """Return the keys in *folder*, made at first sight, anew if *fresh*."""
    if fresh or not (folder / FILE).exists():
        signing = ECAlgorithm.to_jwk(generate_private_key(SECP256R1()), as_dict=True)
        kept = {
            "signing": {**signing, "alg": "ES256", "kid": secrets.token_hex(16)},
            "publishable": f"sb_publishable_{secrets.token_urlsafe(24)}",
            "secret": f"sb_secret_{secrets.token_urlsafe(24)}",
            "login_password": secrets.token_urlsafe(24),
        }
        write_private(folder / FILE, json.dumps(kept))
    return read_keys(folder)


def read_keys(folder: Path) -> Keys:
    """Return the keys in *folder*.

    Raises:
        Problem: there are none, or not all of them.
    """
    try:
        kept = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Problem(f"there is no stand-in in {folder} yet: start `dev` first") from None
    signing = PyJWK(kept.pop("signing"))
    try:
        return Keys(signing, **kept)
    except TypeError:
        raise Problem(f"{folder} was made by another version: start with --fresh") from None
