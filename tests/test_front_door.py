"""What features import from `supabase/` is public: nothing goes unless a version announced it."""

from collections.abc import Callable
from pathlib import Path

import copier
import pytest

from tests.front_door import offers, undeclared
from tests.releases import released
from tests.sharing import name_of

Render = Callable[..., Path]
Made = Callable[[str, Callable[[Path], object]], Path]

ROOT = Path(__file__).parent.parent
DOOR = "my_supabase_service.supabase"
ELSEWHERE = ("docs", "local", "migrations", "tests")


@pytest.mark.parametrize("include_storage", [True, False], ids=["storage", "no storage"])
@pytest.mark.parametrize("include_rls", [True, False], ids=["rls", "no rls"])
def test_what_a_released_version_offers_is_still_offered(
    rendered: Render, releases: Path, made: Made, *, include_rls: bool, include_storage: bool
) -> None:
    """Since each version that there is, in this shape."""
    shape = {"include_rls": include_rls, "include_storage": include_storage}
    now = offers(rendered(**shape) / "src", DOOR)
    assert {"Page.next_cursor", "CallerSession", "Problem"} <= now.keys()

    old = {
        version: offers(_render(made, releases, version, shape), DOOR) for version in released(ROOT)
    }

    deprecated = {name for door in old.values() for name, offer in door.items() if offer.deprecated}
    assert {version: undeclared(door, now, deprecated) for version, door in old.items()} == {
        version: [] for version in old
    }


def _render(made: Made, releases: Path, version: str, shape: dict[str, bool]) -> Path:
    """Render a released version; its package is all that is looked at."""

    def make(folder: Path) -> None:
        copier.run_copy(
            str(releases),
            folder,
            data=shape,
            vcs_ref=f"v{version}",
            defaults=True,
            quiet=True,
            exclude=ELSEWHERE,
        )

    return made(name_of(f"released-{version}", shape), make) / "src"


ROOM = '''"""A room."""

from contextlib import asynccontextmanager
from dataclasses import dataclass

from typing_extensions import deprecated

CREATED = {201: "made"}
"""What a route says."""


class Problem(Exception):
    """The first."""

    status: int = 500

    def __init__(self, detail: str, *, headers: dict[str, str] | None = None) -> None:
        """Say it."""
        self.detail = detail


class Refused(Problem):
    """The second."""


@dataclass(frozen=True)
class Sort:
    """Which way."""

    column: str
    down: bool = False


@asynccontextmanager
async def export(query: str, /, line: str, *, size: int = 10) -> None:
    """Send it."""


def _private(x: int) -> None:
    """Whatever."""
'''
FRONT = '''"""The front door."""

from .room import CREATED, Problem, Refused

__all__ = ["CREATED", "Problem", "Refused"]
from .room import Sort, export
__all__ += ["Sort", "export"]
'''


@pytest.fixture
def service(tmp_path: Path) -> Callable[..., Path]:
    """A package with a front door, in which each first text is changed to the second."""

    def do(*changes: tuple[str, str]) -> Path:
        source = tmp_path / f"source{len([*tmp_path.iterdir()])}"
        (source / "service").mkdir(parents=True)
        for name, text in (("__init__", FRONT), ("room", ROOM)):
            changed = text
            for old, new in changes:
                changed = changed.replace(old, new)
            (source / "service" / f"{name}.py").write_text(changed)
        return source

    return do


BROKEN = [
    (('"CREATED", ', ""), "CREATED is gone.", ('"""What a', '"""Deprecated: use MADE. What a')),
    ((', "export"', ""), "export is gone.", ("@asynccon", '@deprecated("no")\n@asynccon')),
    (("    column: str\n", ""), "Sort.column is gone.", ("@data", '@deprecated("no")\n@data')),
    (("line: str", "row: str"), "export: the parameter line is gone.", None),
    (
        ("line: str", "line: str, more: str"),
        "export: the parameter more is new and required.",
        None,
    ),
    (("query: str,", "a: int, query: str,"), "the parameter query has another place.", None),
    (
        ("/, line: str, *,", "/, *, line: str,"),
        "export: the parameter line has another place.",
        None,
    ),
    (("query: str, /, line: str,", "query: str, line: str, /,"), "cannot be named any more.", None),
    (("size: int = 10", "size: int = 20"), "export: the parameter size has another default.", None),
    (("size: int = 10", "size: int"), "export: the parameter size has another default.", None),
    (("async def export", "def export"), "export was async function and is function.", None),
    (("Refused(Problem)", "Refused(Exception)"), "Refused is no Problem any more.", None),
    (("self.detail", "self._detail"), "Problem.detail is gone.", None),
    (("down: bool = False", "up: bool = False"), "Sort: the parameter down is gone.", None),
]


@pytest.mark.parametrize(
    ("change", "sentence", "deprecation"), BROKEN, ids=[row[1] for row in BROKEN]
)
def test_what_breaks_its_users_is_found(
    service: Callable[..., Path],
    change: tuple[str, str],
    sentence: str,
    deprecation: tuple[str, str] | None,
) -> None:
    """And is allowed once a version has carried the deprecation."""
    old, new = (offers(service(*changes), "service") for changes in ((), (change,)))

    assert any(found.endswith(sentence) for found in undeclared(old, new, set()))
    if deprecation:
        between = offers(service(deprecation), "service")
        deprecated = {name for name, offer in between.items() if offer.deprecated}
        assert len(deprecated) == 1
        assert undeclared(old, between, set()) == []
        assert undeclared(old, new, deprecated) == []


@pytest.mark.parametrize(
    "change",
    [
        ("size: int = 10", "size: int = 10, more: int = 0"),
        ("line: str, *,", "line: str, more: int = 0, *,"),
        ("*, size", "size"),
        ("-> None", "-> object"),
        ("_private(x: int)", "_private()"),
        ("    down: bool = False", "    down: bool = False\n    last: bool = False"),
        ('{201: "made"}', "dict()"),
    ],
)
def test_what_breaks_nobody_is_allowed(
    service: Callable[..., Path], change: tuple[str, str]
) -> None:
    old, new = (offers(service(*changes), "service") for changes in ((), (change,)))

    assert undeclared(old, new, set()) == []
