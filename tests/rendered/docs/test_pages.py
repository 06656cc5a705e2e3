"""Who follows a page from its first block to its last gets there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.rendered.docs.blocks import Block, blocks
from tests.rendered.docs.elsewhere import ELSEWHERE, OWN
from tests.rendered.docs.story import SERVES, Story, story
from tests.rendered.shape import IS_DEFAULT, SAME_PAGES

ROOT = Path(__file__).parents[3]
LANGUAGES = {"bash", "python", "sql", "env", "text", "json", "", "bash elsewhere"}


def pages() -> list[Path]:
    """Return what tells people or agents what to do."""
    return [ROOT / "AGENTS.md", *sorted(ROOT.glob("docs/**/*.md")), *ROOT.glob("skills/*/*.md")]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def told(page: Path) -> list[Block]:
    """Return the blocks of *page* that this file runs."""
    return [block for block in blocks(page) if (name_of(page), block.language) not in OWN]


FOLLOWED = [
    page
    for page in pages()
    if any(block.language in {"bash", "python", "sql", "env"} for block in told(page))
    and (IS_DEFAULT or name_of(page) not in SAME_PAGES)
]


@pytest.mark.parametrize("page", FOLLOWED, ids=name_of)
async def test_who_follows_a_page_gets_there(page: Path, tmp_path: Path) -> None:
    every = told(page)
    serves = [block for block in every if re.search(SERVES.pattern, block.text, re.MULTILINE)]
    is_stood = any("dev" in block.text.split() for block in serves)

    with story(ROOT, tmp_path / "service", stands=not is_stood) as followed:
        for block in every:
            await followed.do(block)


def test_every_block_is_run_or_named() -> None:
    """No block is in a language that nothing runs, and none is indented instead of fenced."""
    elsewhere: set[str] = set()
    for page in pages():
        for block in blocks(page):
            assert block.language in LANGUAGES, block
            if block.language == "bash elsewhere":
                elsewhere.add(block.text.partition("\n")[0])
        text = re.sub(r"^( *)```.*\n((?:.*\n)*?)\1```$", "", page.read_text(), flags=re.MULTILINE)
        assert not re.search(r"^(?:\n|(?![-*0-9 ]).+\n)\n {4}\S", text, re.MULTILINE), page

    assert elsewhere <= ELSEWHERE.keys()
    assert elsewhere == ELSEWHERE.keys() or not IS_DEFAULT
    for test in OWN.values():
        assert test.startswith("../") or (ROOT / "tests" / "rendered" / test).is_file()


def test_the_files_that_pages_show_are_clean(tmp_path: Path) -> None:
    """Formatted, linted and typed, as the rest of the project is."""
    followed = Story(ROOT, tmp_path / "service")
    shown: list[str] = []
    for page in pages():
        for block in blocks(page):
            if block.file:
                followed.write(block)
                shown.append(block.file)
    every = sorted({*shown})

    assert every
    followed.run("ruff", "format", "--check", "--diff", *every)
    followed.run("ruff", "check", *every)
    assert "0 errors, 0 warnings" in followed.run("basedpyright", *every)
