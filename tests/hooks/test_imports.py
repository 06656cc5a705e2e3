"""Only imports are rewritten, and nothing else of a file."""

from collections.abc import Callable

import pytest

from hooks.imports import Import
from hooks.project import Project

Small = Callable[..., Project]

NAME = Import("supabase.tables.pages:Page", "supabase.tables.paging:Sheet")
MODULE = Import("supabase.http.errors", "supabase.problems.known")
PLACES = {"feature": "src/mine/notes/routes.py", "top": "src/mine/main.py", "test": "tests/t.py"}


@pytest.mark.parametrize(
    ("step", "place", "old", "new"),
    [
        (
            NAME,
            "feature",
            "from ..supabase.tables.pages import Page\n",
            "from ..supabase.tables.paging import Sheet as Page\n",
        ),
        (
            NAME,
            "top",
            "from .supabase.tables.pages import Page as P  # why\n",
            "from .supabase.tables.paging import Sheet as P  # why\n",
        ),
        (
            NAME,
            "test",
            "from mine.supabase.tables.pages import Limit, Page\n",
            (
                "from mine.supabase.tables.paging import Sheet as Page\n"
                "from mine.supabase.tables.pages import Limit\n"
            ),
        ),
        (
            NAME,
            "test",
            (
                "from mine.supabase.tables.pages import (\n"
                "    # The first.\n    Limit,\n    Page,  # The second.\n    Cursor,\n)\n"
            ),
            (
                "from mine.supabase.tables.paging import Sheet as Page\n"
                "from mine.supabase.tables.pages import (\n"
                "    # The first.\n    Limit,\n    # The second.\n    Cursor,\n)\n"
            ),
        ),
        (
            NAME,
            "test",
            "def late():\n    from mine.supabase.tables.pages import Page, Limit\n",
            (
                "def late():\n    from mine.supabase.tables.paging import Sheet as Page\n"
                "    from mine.supabase.tables.pages import Limit\n"
            ),
        ),
        (
            NAME,
            "test",
            "if 1: from mine.supabase.tables.pages import Page, Limit\n",
            (
                "if 1: from mine.supabase.tables.paging import Sheet as Page; "
                "from mine.supabase.tables.pages import Limit\n"
            ),
        ),
        (
            MODULE,
            "feature",
            "from ..supabase.http.errors import Problem, Refused\n",
            "from ..supabase.problems.known import Problem, Refused\n",
        ),
        (
            MODULE,
            "feature",
            "from ..supabase.http import client, errors\n",
            "from ..supabase.problems import known as errors\nfrom ..supabase.http import client\n",
        ),
        (
            MODULE,
            "test",
            "import mine.supabase.http.errors as e, json\n",
            "import mine.supabase.problems.known as e, json\n",
        ),
        (
            MODULE,
            "test",
            "from mine.supabase.http.errors.deep import x\n",
            "from mine.supabase.problems.known.deep import x\n",
        ),
        (
            Import("supabase:begin", "supabase:begun"),
            "top",
            "é = 1; from .supabase import (Page, begin)\n",
            "é = 1; from .supabase import (Page, begun as begin)\n",
        ),
    ],
)
def test_an_import_is_rewritten(small: Small, step: Import, place: str, old: str, new: str) -> None:
    """A second run finds nothing any more."""
    project = small({PLACES[place]: old})
    file = project.root / PLACES[place]

    told = list(step.run(project))

    assert file.read_bytes().decode() == new
    assert told == [f"{PLACES[place]} imports {step.new} instead of {step.old}."]
    assert list(step.run(project)) == []
    assert file.read_bytes().decode() == new


@pytest.mark.parametrize(
    "text",
    [
        '"""from mine.supabase.http.errors import Problem"""\n',
        "# from mine.supabase.http.errors import Problem\n",
        "from supabase.http.errors import Problem\n",
        "from mine.supabase.http.errors_of_mine import Problem\n",
        "from .supabase.http.errors import Problem\n",
        "errors = 1\n",
    ],
)
def test_what_only_looks_alike_stays(small: Small, text: str) -> None:
    """`supabase` is also a library, and one dot in a test is the folder of the tests."""
    project = small({PLACES["test"]: text})

    assert list(MODULE.run(project)) == []
    assert (project.root / PLACES["test"]).read_text() == text


def test_line_ends_stay_as_they_are(small: Small) -> None:
    project = small({"a.py": "from mine.supabase.tables.pages import Limit, Page\r\nx = 1\r\n"})

    list(NAME.run(project))

    assert (project.root / "a.py").read_bytes() == (
        b"from mine.supabase.tables.paging import Sheet as Page\r\n"
        b"from mine.supabase.tables.pages import Limit\r\nx = 1\r\n"
    )


def test_what_only_a_person_can_change_is_named(small: Small) -> None:
    project = small({"a.py": "import mine.supabase.http.errors\n", "b.py": "errors = (\n"})

    assert list(MODULE.run(project)) == [
        "a.py:1 imports supabase.http.errors as a whole, which is supabase.problems.known now.",
        "b.py is no Python: an import of supabase.http.errors may be in it.",
    ]


def test_a_dry_run_writes_nothing(small: Small) -> None:
    project = small({"a.py": "from mine.supabase.http.errors import x\n"})
    project.dry = True

    assert len(list(MODULE.run(project))) == 1
    assert "http.errors" in (project.root / "a.py").read_text()


def test_a_module_cannot_move_below_itself() -> None:
    """A second run would move it again."""
    with pytest.raises(ValueError, match="below itself"):
        Import("supabase.http", "supabase.http.server")
