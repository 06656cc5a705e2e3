"""What FastAPI finds out about a route, once in a run: it looks anew for each application."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from fastapi import routing
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_dependant
from fastapi.utils import create_model_field


@contextmanager
def analysed_once() -> Generator[None]:
    """Remember what an endpoint depends on and what it returns, which no setting changes.

    Each test has an application of its own, and this was most of what its first request took.
    """
    dependants: dict[tuple[str, Callable[..., Any], str], Dependant] = {}
    fields: dict[tuple[str, Any, str], Any] = {}

    def dependant_of(*, path: str, call: Callable[..., Any], scope: Any) -> Dependant:
        key = (path, call, scope)
        if key not in dependants:
            dependants[key] = get_dependant(path=path, call=call, scope=scope)
        # What a router asks for is put into this list.
        return replace(dependants[key], dependencies=[*dependants[key].dependencies])

    def field_of(*, name: str, type_: Any, mode: Any) -> Any:
        key = (name, type_, mode)
        if key not in fields:
            fields[key] = create_model_field(name=name, type_=type_, mode=mode)
        return fields[key]

    with (
        patch.object(routing, "get_dependant", dependant_of),
        patch.object(routing, "create_model_field", field_of),
    ):
        yield
