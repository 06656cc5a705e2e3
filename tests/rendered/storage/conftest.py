"""The files of Alice and Bob, in the Storage of the stand-in, which all tests share."""

from __future__ import annotations

from uuid import uuid4

import pytest

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"


@pytest.fixture
def folder() -> str:
    """A folder that no other test uses."""
    return str(uuid4())


@pytest.fixture
def png() -> bytes:
    """What begins as a picture does."""
    return PNG + bytes(100)
