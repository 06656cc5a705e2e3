"""A value for each setting that is a secret, and the ways in which a server may write it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import get_args
from urllib.parse import quote, quote_plus

from pydantic import BaseModel, SecretStr

MARK = "s3cret"
HARD = f"{MARK}/1%{MARK}@2 {MARK}+3"
"""Of a password: what is left of it when it is cut, escaped or unescaped has the mark in it."""


def secrets(model: type[BaseModel]) -> Iterator[str]:
    """Yield the variables of all settings that hide their value, nested ones too."""
    for name, field in model.model_fields.items():
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, SecretStr):
                yield name.upper()
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from (f"{name.upper()}__{each}" for each in secrets(kind))


def planted(name: str) -> str:
    """Return a value that the setting takes, and that is marked."""
    if name.endswith("_URL"):
        return f"postgresql://postgres:{quote(HARD, safe='')}@127.0.0.1:1/postgres?sslmode=disable"
    begins = {"SUPABASE_PUBLISHABLE_KEY": "sb_publishable_", "SUPABASE_SECRET_KEY": "sb_secret_"}
    return begins.get(name, "") + f"{MARK}-{name.lower()}-" * 3


def forms(value: str) -> tuple[str, ...]:
    """Return *value* as it is and as it is escaped: in a URL, in a form, in JSON, by Python."""
    in_json = (json.dumps(value, ensure_ascii=is_ascii)[1:-1] for is_ascii in (True, False))
    return (value, quote(value), quote(value, safe=""), quote_plus(value), *in_json, repr(value))
