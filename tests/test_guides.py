"""What a page asks its reader to do is tried in each shape in which it is something else."""

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.rendered.docs.blocks import blocks
from tests.rendered.docs.elsewhere import OWN
from tests.rendered.docs.shapes import FOLLOWED

Render = Callable[..., Path]
Told = tuple[str, str]
"""The language of a block, and its text."""
Asked = dict[str, list[Told]]

ALL = (True, True)


@pytest.fixture(scope="module")
def asked(rendered: Render) -> dict[tuple[bool, bool], Asked]:
    """The blocks of each page in each shape, but for pictures, and what another test runs."""

    def read(folder: Path) -> Asked:
        pages = [folder / "AGENTS.md", *folder.glob("docs/**/*.md"), *folder.glob("skills/*/*.md")]
        names = {page.relative_to(folder).as_posix(): page for page in pages}
        return {
            name: [
                (block.language, block.text)
                for block in blocks(page)
                if block.language and (name, block.language) not in OWN
            ]
            for name, page in names.items()
        }

    return {
        (rls, storage): read(rendered(include_rls=rls, include_storage=storage))
        for rls, storage in itertools.product((True, False), repeat=2)
    }


def test_what_a_page_says_otherwise_is_followed(asked: dict[tuple[bool, bool], Asked]) -> None:
    """There, or on another page that says it: `AGENTS.md` and a skill name the same commands."""
    for shape, pages in asked.items():
        # Of two that are the same, one is followed.
        others = [each for each in ((shape[0], True), ALL) if each != shape]
        followed = {word for name in FOLLOWED.get(shape, pages) for word in words(pages[name])}
        for name, told in pages.items():
            new = [words(told, but=asked[other].get(name, [])) for other in others]
            assert not new or min(new, key=len) <= followed, (shape, name)


def words(told: list[Told], *, but: Sequence[Told] = ()) -> set[str]:
    return {word for each in told if each not in but for word in each[1].split()}


def test_every_page_that_is_to_be_followed_is_there(
    asked: dict[tuple[bool, bool], Asked],
) -> None:
    for shape, names in FOLLOWED.items():
        assert names <= asked[shape].keys()
