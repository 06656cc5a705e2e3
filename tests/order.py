"""How many processes run the tests beside each other, and in which order they get them."""

import os

import pytest

LONGEST = (
    *("test_proofs", "test_flips", "test_lived", "test_house", "test_checks", "test_boot"),
    *("test_own_suite", "test_project", "test_adopt", "test_dev", "test_revision"),
    *("test_template_workflow", "test_versions", "test_conflicts", "test_documents"),
)
"""Modules, by the time that one of their tests takes."""


def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are cores: in each of them a test waits now and then."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest: what is left at the end is short, and no process waits for long.

    What watches clocks comes last of all, when the others have nothing left: anywhere else, they
    would wait for it, and it for them.
    """
    order = [*LONGEST, *dict.fromkeys(item.path.stem for item in items)]

    def place(item: pytest.Item) -> tuple[bool, int]:
        return item.get_closest_marker("alone") is not None, order.index(item.path.stem)

    items.sort(key=place)
