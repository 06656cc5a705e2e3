"""What pages show is clean, and nothing that they show is left out."""

from __future__ import annotations

import re
from pathlib import Path

from tests.rendered.docs.blocks import FENCE, blocks, command_of
from tests.rendered.docs.elsewhere import AS_RENDERED, ELSEWHERE, OWN
from tests.rendered.docs.story import Story
from tests.rendered.docs.test_pages import ROOT, pages

LANGUAGES = {"bash", "python", "sql", "env", "text", "json", "", "bash elsewhere"}
INDENTED = re.compile(r"^(?:\n|(?![-*0-9 ]).+\n)\n {4}\S", re.MULTILINE)


def test_every_block_is_run_or_named() -> None:
    """No block is in a language that nothing runs, and none is indented instead of fenced."""
    elsewhere: set[str] = set()
    for page in pages():
        for block in blocks(page):
            assert block.language in LANGUAGES, block
            assert block.language != "python" or block.file or _is_run_by_its_own(page), block
            if block.language == "bash elsewhere":
                elsewhere.add(block.text.partition("\n")[0])
        assert not INDENTED.search(FENCE.sub("", page.read_text(encoding="utf-8"))), page

    assert elsewhere == ELSEWHERE.keys()
    for test in OWN.values():
        assert test.startswith("../") or (ROOT / "tests" / "rendered" / test).is_file()


def test_what_is_run_in_a_rendered_project_is_asked_for_before_anything_is_done() -> None:
    later = [block for page in pages() for block in blocks(page)[1:]]

    asked = [command_of(line) for each in later for line in each.text.splitlines()]
    assert AS_RENDERED.keys().isdisjoint(asked)


def _is_run_by_its_own(page: Path) -> bool:
    return (page.relative_to(ROOT).as_posix(), "python") in OWN


def test_the_files_that_pages_show_are_clean(tmp_path: Path) -> None:
    """Formatted, linted and typed, as the rest of the project is."""
    followed = Story(ROOT, tmp_path / "service")
    every = [block for page in pages() for block in blocks(page) if block.file]
    for block in every:
        followed.write(block)
    names = sorted({block.file or "" for block in every})

    assert len(names) > 10
    followed.run("ruff", "format", "--check", "--diff", *names)
    followed.run("ruff", "check", *names)
    assert "0 errors, 0 warnings" in followed.run("basedpyright", *names)
