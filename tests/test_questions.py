"""What Copier asks: good answers pass, wrong ones are refused with a sentence."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import copier
import pytest
import yaml

Render = Callable[..., Path]

GOOD = [
    {"project_name": "X"},
    {"project_name": "a" * 60},
    {"project_name": """Bob's "Best" R&D \\ Café-Service"""},
    {"project_name": "2 Fast", "project_description": 'Says "hello" to all.'},
    {"package_name": "notes_api2"},
    {"supabase_project_id": "abcdefghijklmnopqrst"},
    {"supabase_region": "eu-central-1"},
    *({"pooling_mode": mode} for mode in ("transaction", "session", "direct", "dedicated")),
]

BAD = [
    ({"project_name": ""}, "1 to 60 characters"),
    ({"project_name": "a" * 61}, "1 to 60 characters"),
    ({"project_name": "123"}, "1 to 60 characters"),
    ({"project_name": "два"}, "1 to 60 characters"),
    ({"project_name": "two\nlines"}, "1 to 60 characters"),
    ({"project_name": "FastAPI"}, "a library that the service uses"),
    ({"package_name": "Upper"}, "lower-case letters"),
    ({"package_name": "1st"}, "lower-case letters"),
    ({"package_name": "a-b"}, "lower-case letters"),
    ({"package_name": "a\n"}, "lower-case letters"),
    ({"package_name": "class"}, "keyword"),
    ({"package_name": "asyncio"}, "standard library"),
    ({"package_name": "sqlalchemy"}, "choose another name"),
    ({"package_name": "local"}, "choose another name"),
    ({"package_name": "tests"}, "choose another name"),
    ({"package_name": "migrations"}, "choose another name"),
    ({"project_description": ""}, "one line"),
    ({"project_description": "two\nlines"}, "one line"),
    ({"supabase_project_id": "short"}, "exactly 20"),
    ({"supabase_project_id": "ABCDEFGHIJKLMNOPQRST"}, "exactly 20"),
    ({"supabase_project_id": "abcdefghijklmnopqrst\n"}, "exactly 20"),
    ({"supabase_region": "moon-1"}, "Invalid choice"),
    ({"pooling_mode": "pgpool"}, "Invalid choice"),
    ({"include_rls": "nope"}, "'nope' is neither true nor false"),
    ({"include_rls": "2"}, "'2' is neither true nor false"),
    ({"include_rls": ""}, "'' is neither true nor false"),
    ({"include_storage": 2}, "'2' is neither true nor false"),
    ({"include_update_check": "nope"}, "'nope' is neither true nor false"),
    ({"include_storage": "none"}, "'none' is neither true nor false"),
]


@pytest.mark.parametrize("answers", GOOD, ids=str)
def test_a_good_answer_renders(render: Render, answers: dict[str, Any]) -> None:
    assert (render(**answers) / "pyproject.toml").is_file()


@pytest.mark.parametrize(("answers", "says"), BAD, ids=str)
def test_a_wrong_answer_is_refused_with_a_sentence(
    render: Render, answers: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        render(**answers)


SPELLINGS = {True: "true ON 1", False: "False no 0"}


@pytest.mark.parametrize("is_wanted", SPELLINGS)
def test_a_boolean_is_spelt_in_many_ways_and_kept_in_one(
    template: Path,
    tmp_path: Path,
    is_wanted: bool,  # noqa: FBT001
) -> None:
    """The answers file has true or false, whatever the command line had: an update looks there."""
    others = ["*", "!.copier-answers.yml"]
    for text in SPELLINGS[is_wanted].split():
        answers = {"include_storage": text}
        copier.run_copy(
            str(template),
            tmp_path / text,
            data=answers,
            exclude=others,
            defaults=True,
            quiet=True,
        )

        kept = yaml.safe_load((tmp_path / text / ".copier-answers.yml").read_text())
        assert kept["include_storage"] is is_wanted, text


@pytest.mark.parametrize(
    ("project_name", "package", "command"),
    [
        ("My Supabase Service", "my_supabase_service", "my-supabase-service"),
        ("2 Fast!", "fast", "2-fast"),
        ("  Notes / API  ", "notes_api", "notes-api"),
        ("Café", "caf", "caf"),
    ],
)
def test_names_follow_from_the_name_of_the_project(
    render: Render, project_name: str, package: str, command: str
) -> None:
    folder = render(project_name=project_name)

    assert (folder / "src" / package / "main.py").is_file()
    assert f'\n{command} = "{package}.cli:app"\n' in (folder / "pyproject.toml").read_text()


def test_the_answers_file_holds_the_answers_and_nothing_computed(render: Render) -> None:
    answers = yaml.safe_load((render() / ".copier-answers.yml").read_text())

    assert {name for name in answers if not name.startswith("_")} == {
        "project_name",
        "package_name",
        "project_description",
        "supabase_project_id",
        "supabase_region",
        "pooling_mode",
        "include_rls",
        "include_storage",
        "include_update_check",
    }


def test_every_region_of_supabase_is_offered_with_its_place(template: Path) -> None:
    questions = yaml.safe_load((template / "copier.yml").read_text())

    regions = questions["supabase_region"]["choices"]
    assert len(regions) == 17
    assert regions["Frankfurt (eu-central-1)"] == "eu-central-1"


def test_no_secret_is_asked_for_and_nothing_needs_trust(template: Path) -> None:
    questions = yaml.safe_load((template / "copier.yml").read_text())

    assert "secret:" not in yaml.safe_dump(questions)
    assert {"_tasks", "_jinja_extensions"}.isdisjoint(questions)
