"""Line ends, binary files and settings in odd places, in projects of a few files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hooks.moves import Move
from hooks.project import Project
from hooks.removals import Removal
from hooks.setting import Setting

Small = Callable[..., Project]

BASE = "one\ntwo\nthree\nfour\nfive\n"
MINE = "one\ntwo\nthree\nfour\nFIVE\n"
NEW = "ONE\ntwo\nthree\nfour\nfive\n"
BOTH = "ONE\ntwo\nthree\nfour\nFIVE\n"


def rendered(project: Project, files: dict[str, str | None]) -> None:
    """Do what an update does to the files of the template's."""
    for name, content in files.items():
        file = project.root / name
        if content is None:
            file.unlink()
        else:
            file.write_bytes(content.encode())
    answers = project.root / ".copier-answers.yml"
    answers.write_bytes(answers.read_bytes().replace(b"v1.0.0", b"v1.1.0"))


@pytest.mark.parametrize("crlf", [False, True], ids=["LF", "CRLF"])
def test_a_merge_keeps_the_line_ends(small: Small, *, crlf: bool) -> None:
    """Whatever was committed, the merged file ends its lines as the update wrote them."""
    end = "\r\n" if crlf else "\n"
    project = small({"a": MINE.replace("\n", end)}, {"a": BASE})
    rendered(project, {"a": None, "b": NEW.replace("\n", end)})

    assert list(Move("a", "b").run(project)) == ["Your edits of a are in b."]
    assert (project.root / "b").read_bytes().decode() == BOTH.replace("\n", end)
    assert list(Move("a", "b").run(project)) == []


def test_a_file_that_only_has_other_line_ends_is_not_edited(small: Small) -> None:
    project = small({"a": BASE.replace("\n", "\r\n"), "c": "x\r\n"}, {"a": BASE, "c": "x\n"})
    rendered(project, {"a": None, "b": NEW, "c": None})

    assert list(Move("a", "b").run(project)) == []
    assert list(Removal("c", "gone").run(project)) == []


def test_a_binary_file_is_named_and_not_merged(small: Small) -> None:
    project = small({"a": "mine\0"}, {"a": "base\0"})
    rendered(project, {"a": None, "b": "new\0"})

    [told] = Move("a", "b").run(project)

    assert told == "b could not be merged with your edits of a: see `git show HEAD:./a`."
    assert (project.root / "b").read_bytes() == b"new\0"


def test_edits_are_kept_where_this_shape_has_no_new_file(small: Small) -> None:
    project = small({"a": MINE}, {"a": BASE})
    rendered(project, {"a": None})

    [told] = Move("a", "b").run(project)

    assert (
        told == "a is kept, as you had edited it, and is yours now: b, its new path, is not here."
    )
    assert (project.root / "a").read_text() == MINE
    assert list(Move("a", "b").run(project)) == []


def test_a_file_of_the_owners_at_an_old_path_is_no_file_of_the_templates(small: Small) -> None:
    """Another shape has one there: nothing is moved, kept or told."""
    project = small({"a": MINE})
    rendered(project, {"b": NEW})

    assert list(Move("a", "b").run(project)) == []
    assert list(Removal("a", "gone").run(project)) == []
    assert (project.root / "b").read_text() == NEW


def test_awkward_names_are_no_patterns(small: Small) -> None:
    project = small({"[a] é.txt": MINE, "a": "mine\n"}, {"[a] é.txt": BASE})
    rendered(project, {"[a] é.txt": None})

    [told] = Removal("[a] é.txt", "gone").run(project)

    assert told.startswith("[a] é.txt is kept")
    assert (project.root / "[a] é.txt").read_text() == MINE


def test_a_setting_is_told_by_name_wherever_it_stands(small: Small) -> None:
    """An ignored file, one of direnv, a reference; not a comment, a longer name or a folder."""
    project = small(
        {
            ".gitignore": ".env\n.env.production\n",
            ".env.example": "# OLD_SIZE=1\n# OLD=1\nURL=http://${OLD}\n",
            "Dockerfile": "ENV OLD=2\n",
            "settings.py": "# OLD is NEW\n",
        },
        {"settings.py": "# OLD is NEW\n"},
    )
    for name, text in (
        (".env", "# OLD=\nNEW=1\n"),
        (".env.production", "export OLD='a secret'\n"),
        (".envrc", "dotenv\nexport MORE=$OLD\n"),
    ):
        (project.root / name).write_text(text)
    Path(project.root / ".env.d").mkdir()

    told = list(Setting("OLD", "NEW").run(project))

    assert told == [
        "OLD is NEW in .env.example now.",
        ".env.production sets OLD, which is NEW now: rename it there.",
        ".envrc sets OLD, which is NEW now: rename it there.",
        "Dockerfile names OLD, which is NEW now: rename it there.",
    ]
    example = (project.root / ".env.example").read_text()
    assert example == "# OLD_SIZE=1\n# NEW=1\nURL=http://${NEW}\n"
    assert list(Setting("OLD", "NEW").run(project)) == told[1:]


def test_an_example_that_has_both_names_is_left_to_its_owner(small: Small) -> None:
    text = "OLD=mine\nNEW=\n"
    project = small({".env.example": text})

    [told] = Setting("OLD", "NEW").run(project)

    assert told == ".env.example has a line for OLD, which is NEW now and has one, too."
    assert (project.root / ".env.example").read_text() == text
