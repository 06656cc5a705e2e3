"""When garbage is looked for: not while tests are imported, which takes a second. The template's.

By `addopts`, which load it before anything that is imported for a test.
"""

import gc

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    gc.disable()


def pytest_collection_finish() -> None:
    """Keep what is imported out of its way from here on: a hundred thousand objects."""
    gc.freeze()
    gc.enable()
