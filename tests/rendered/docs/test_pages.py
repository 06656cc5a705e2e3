"""Who follows a page from its first block to its last gets there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.rendered.docs.blocks import Block, blocks
from tests.rendered.docs.elsewhere import OWN
from tests.rendered.docs.shapes import FOLLOWED
from tests.rendered.docs.story import SERVES, stand, story
from tests.rendered.shape import HAS_RLS, HAS_STORAGE

ROOT = Path(__file__).parents[3]
OF_A_PROJECT = {"docs/adopting.md"}
"""Pages about what a project has, and the local stand-in has not."""

DONE = {"bash", "python", "sql", "env"}


def pages() -> list[Path]:
    """Return what tells people or agents what to do."""
    return [ROOT / "AGENTS.md", *sorted(ROOT.glob("docs/**/*.md")), *ROOT.glob("skills/*/*.md")]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def told(page: Path) -> list[Block]:
    """Return the blocks of *page* that this file runs."""
    return [block for block in blocks(page) if (name_of(page), block.language) not in OWN]


HERE = FOLLOWED.get((HAS_RLS, HAS_STORAGE), frozenset(map(name_of, pages())))
TOLD = [page for page in pages() if name_of(page) in HERE]


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the stand-in keeps of a project that is migrated."""
    return stand(ROOT, tmp_path_factory.mktemp("stood") / "service")


@pytest.mark.parametrize(
    "page",
    [page for page in TOLD if any(block.language in DONE for block in told(page))],
    ids=name_of,
)
async def test_who_follows_a_page_gets_there(page: Path, tmp_path: Path, stood: Path) -> None:
    """One stand-in for all of it: that of `dev`, where the page starts it."""
    every = told(page)
    serving = [line for block in every for line in re.findall(SERVES, block.text)]
    starts_it = any(line.split()[-1] == "dev" for line in serving)
    before = None if starts_it else stood

    folder, has_project = tmp_path / "service", name_of(page) in OF_A_PROJECT
    async with story(ROOT, folder, before, has_project=has_project) as followed:
        for block in every:
            await followed.do(block)
