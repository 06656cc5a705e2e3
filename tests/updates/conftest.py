"""Projects of released versions, which are brought to the working tree."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import copier
import pytest

from tests.flipping import Lived

Begun = Callable[..., Path]
Commit = Callable[[Path, str], None]
Run = Callable[..., str]
StandIn = Callable[[Path], AbstractContextManager[dict[str, str]]]


@pytest.fixture
def begun(releases: Path, commit: Commit, tmp_path: Path) -> Begun:
    """Make a project of a version, under Git, in a folder of the test's own."""

    def do(version: str, **answers: Any) -> Path:
        folder = tmp_path / "service"
        copier.run_copy(
            str(releases), folder, data=answers, vcs_ref=version, defaults=True, quiet=True
        )
        commit(folder, "Start")
        return folder

    return do


@pytest.fixture
def lived(
    begun: Begun, run: Run, commit: Commit, sync: Callable[[Path], None], stand_in: StandIn
) -> Callable[..., Lived]:
    """Make a project of a version, to be lived in."""

    def do(version: str, **answers: Any) -> Lived:
        return Lived(begun(version, **answers), run, commit, sync, stand_in)

    return do
