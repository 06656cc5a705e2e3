"""What nobody may be shown: a server or a pooler may say back what it was told. Pure."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote, quote_plus

from pydantic import BaseModel, SecretBytes, SecretStr
from sqlalchemy import URL

from .address import PASTED
from .settings import DatabaseSettings

WORD = re.compile(r"[a-z]{1,11}|\d{1,5}|.{0,3}", re.DOTALL)
"""Secrets that are not looked for in what is told: they would be seen in common words."""

HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Values to hide, the longest first: a shorter one may be a part of it."""

    values: tuple[str, ...]

    def hide(self, text: str) -> str:
        """Return *text* with asterisks for each of them."""
        for value in self.values:
            text = text.replace(value, HIDDEN)
        return text

    def hide_in(self, data: Any) -> Any:
        """Return *data*, as JSON takes it, with asterisks in every text of it."""
        match data:
            case str():
                return self.hide(data)
            case dict():
                pairs = cast("dict[str, Any]", data).items()
                return {self.hide(name): self.hide_in(value) for name, value in pairs}
            case list():
                return [self.hide_in(each) for each in cast("list[Any]", data)]
            case _:
                return data


def secrets_of(settings: DatabaseSettings) -> Secrets:
    """Return every secret of *settings*, as it is and as it is escaped.

    These are the settings that hide their value, and the passwords in addresses.
    """
    values = {*_hidden(settings)}
    addresses = [each for each in (settings.address(), settings.migrations_address()) if each]
    values |= {str(each.url.password or "") for each in addresses}
    values |= {_written(value) for value in values}
    values -= {part for each in addresses for part in _public(each.url)}
    forms = {form for value in values for form in _forms(value)}
    return Secrets(tuple(sorted((it for it in forms if not WORD.fullmatch(it)), key=_first)))


def _first(value: str) -> tuple[int, str]:
    return -len(value), value


def _hidden(value: object) -> Iterator[str]:
    """Yield what hides itself in a setting, however deep."""
    if isinstance(value, SecretStr | SecretBytes):
        secret = value.get_secret_value()
        yield secret if isinstance(secret, str) else secret.decode(errors="replace")
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _hidden(getattr(value, name))
    elif isinstance(value, Mapping):
        yield from _hidden([*cast("Mapping[Any, object]", value).values()])
    elif isinstance(value, list | tuple | set | frozenset):
        for each in cast("Iterable[object]", value):
            yield from _hidden(each)


def _written(value: str) -> str:
    """Return the password in an address as somebody wrote it, escaped or not."""
    match = PASTED.fullmatch(value.strip())
    return (match["password"] or "") if match else ""


def _public(url: URL) -> set[str]:
    return {str(part) for part in (url.username, url.host, url.database)}


def _forms(value: str) -> Iterator[str]:
    """Yield *value* as texts have it: plain, in a URL, in a form, in JSON, written by Python."""
    yield from (value, quote(value), quote(value, safe=""), quote_plus(value))
    yield from (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
    yield repr(value)[1:-1]
