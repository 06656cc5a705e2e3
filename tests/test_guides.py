"""What a page asks its reader to do is tried in each shape in which it is something else."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rendered.docs.blocks import blocks
from tests.rendered.docs.elsewhere import OWN
from tests.rendered.docs.shapes import FOLLOWED

Render = Callable[..., Path]
Asked = dict[str, list[tuple[str, str]]]

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


def test_a_page_that_differs_is_followed_in_both_shapes(
    asked: dict[tuple[bool, bool], Asked],
) -> None:
    for shape, pages in asked.items():
        # Of two that are the same, one is followed.
        others = [each for each in ((shape[0], True), ALL) if each != shape]
        for name, told in pages.items():
            is_new = all(asked[other].get(name) != told for other in others)
            assert shape == ALL or not is_new or name in FOLLOWED[shape], (shape, name)


def test_every_page_that_is_to_be_followed_is_there(
    asked: dict[tuple[bool, bool], Asked],
) -> None:
    for shape, names in FOLLOWED.items():
        assert names <= asked[shape].keys()
