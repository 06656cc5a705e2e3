"""The keys of Storage: the right one in the right place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jwt
import pytest
from pydantic import ValidationError

NewSettings = Callable[..., Any]


@pytest.fixture
def new(new_settings: NewSettings) -> NewSettings:
    def new(**values: Any) -> Any:
        return new_settings(supabase_project_id="a" * 20, database_password="x", **values)  # noqa: S106

    return new


def legacy(role: str) -> str:
    """Make a key of the older kind, as self-hosted projects have."""
    return jwt.encode({"role": role, "iss": "supabase"}, "x" * 32, "HS256")


def test_without_a_publishable_key_the_service_does_not_start(
    new: NewSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUPABASE_PUBLISHABLE_KEY")

    with pytest.raises(ValidationError, match="is not set, and Storage is not reached"):
        new()


@pytest.mark.parametrize("key", ["sb_publishable_x", legacy("anon")])
def test_a_publishable_key_of_either_kind_is_taken(new: NewSettings, key: str) -> None:
    settings = new(supabase_publishable_key=key)

    assert settings.supabase_publishable_key.get_secret_value() == key
    assert settings.supabase_secret_key is None


@pytest.mark.parametrize("key", ["sb_secret_x", legacy("service_role")])
def test_a_secret_key_is_no_publishable_one(new: NewSettings, key: str) -> None:
    with pytest.raises(ValidationError, match="is a secret key") as refused:
        new(supabase_publishable_key=key)
    assert key not in str(refused.value)


def test_a_publishable_key_is_no_secret_one(new: NewSettings) -> None:
    with pytest.raises(ValidationError, match="is the publishable key"):
        new(supabase_secret_key="sb_publishable_x")  # noqa: S106


def test_a_key_is_never_shown(new: NewSettings) -> None:
    settings = new(supabase_publishable_key="sb_publishable_x", supabase_secret_key="sb_secret_x")  # noqa: S106

    assert "sb_secret_x" not in f"{settings!r} {settings}"
    assert "sb_publishable_x" not in f"{settings!r} {settings}"
