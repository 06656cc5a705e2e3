"""Projects that were lived in since a released version, and come to the working tree with rows."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flipping import Lived, everybodys
from tests.releases import released
from tests.updates.test_conflicts import MINE, edit

ROOT = Path(__file__).parents[2]
VERSIONS = [f"v{version}" for version in released(ROOT)][:1]
"""The oldest: the way from it is the longest, and it crosses what came between."""
ROOM = "supabase/http/health.py"
OURS = "\n# A line of ours.\n"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_team_that_added_what_teams_add_goes_on(
    lived: Callable[..., Lived], version: str
) -> None:
    """A feature with rows, a setting, a command, a router, a dependency, and a line in a room."""
    service = lived(version)
    service.add_feature("tasks", declared=True)
    for name in ("settings.py", "cli.py", "../../.env.example", "../../README.md"):
        edit(service.package / name, *MINE[name])
    edit(service.folder / "pyproject.toml", "\n]\n\n[project.scripts]", PINNED)
    edit(service.package / ROOM, "", OURS)
    features = ("notes", "tasks")
    with service.running():
        service.revise()
        service.use(*features, title="before")

    service.update()

    for name in ("settings.py", "cli.py", "../../.env.example", "../../README.md"):
        assert MINE[name][1] in service.package.joinpath(name).read_text()
    assert PINNED in service.folder.joinpath("pyproject.toml").read_text()
    assert OURS in service.package.joinpath(ROOM).read_text()
    with service.running():
        service.revise()
        seen = service.use(*features, title="after")
    assert seen == everybodys(*features, titles=("before", "after"))
    service.prove()


PINNED = '\n    "orjson>=3.10",\n    "uvicorn[standard]<1",\n]\n\n[project.scripts]'


@pytest.mark.parametrize("version", VERSIONS)
def test_a_team_without_the_sample_that_flips_both_answers_at_once_goes_on(
    lived: Callable[..., Lived], version: str
) -> None:
    service = lived(version, include_rls=False, include_storage=False)
    service.add_feature("tasks", declared=True)
    service.do_without_notes()
    with service.running():
        service.revise()
        service.use("tasks", title="one")

    service.update(include_rls=True, include_storage=True)

    assert not [*service.package.glob("notes/*.py")]
    with service.running():
        service.revise()
        seen = service.use("tasks", title="two", stored="first.txt")
    assert seen == everybodys("tasks", titles=("one", "two"))
    service.prove()
