"""The rendered tree reads as if a person had written it for that project."""

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Render = Callable[..., Path]

REF = "abcdefghijklmnopqrst"
MODES = ("transaction", "session", "direct", "dedicated")
SHAPES = [
    {"include_rls": rls, "include_storage": storage}
    for rls, storage in itertools.product((True, False), repeat=2)
]
VARIANTS = [
    {**shape, "pooling_mode": mode, "supabase_project_id": ref}
    for shape, mode, ref in itertools.product(SHAPES, MODES, ("", REF))
]
# The answer itself; and what says how a Supabase project looks, with whatever the service uses.
KNOW_OF_STORAGE = {
    ".copier-answers.yml",
    "local/cluster.py",
    "local/schema/1_project.sql",
    "local/schema/2_storage.sql",
    "src/my_supabase_service/tools/dev/stand_in.py",
    "src/my_supabase_service/tools/schema/scope.py",
    # Of a column, and of an operator class.
    "local/extensions/citext--1.6.sql",
    "src/my_supabase_service/tools/schema/relations.py",
    "src/my_supabase_service/tools/schema/schema.json",
    "src/my_supabase_service/tools/schema/sql/columns.sql",
    "src/my_supabase_service/tools/models/columns.py",
    "src/my_supabase_service/tools/adopt/making.py",
    "docs/models.md",
    # Of a schema of Supabase's, whose tables have policies of the project's.
    "src/my_supabase_service/tools/adopt/dump.py",
    "src/my_supabase_service/tools/adopt/found.py",
    "src/my_supabase_service/tools/adopt/statements.py",
    "docs/adopting.md",
    "src/my_supabase_service/tools/lint/common.sql",
    "src/my_supabase_service/tools/lint/read.py",
    "src/my_supabase_service/tools/lint/sql/public_bucket.sql",
    "src/my_supabase_service/tools/lint/sql/public_bucket_allows_listing.sql",
    "src/my_supabase_service/tools/lint/sql/storage_policy_every_bucket.sql",
    "src/my_supabase_service/tools/lint/sql/storage_policy_open_to_anon.sql",
}
LONG = {
    "docs/jobs.md",  # a page that shows all of a feature
    "local/extensions/pgcrypto--1.3.sql",  # an extension is one file
    "src/my_supabase_service/tools/schema/schema.json",  # written by a program
}
MAY_DIFFER = {".copier-answers.yml", "connect.md", "settings.py"}


def tree(folder: Path) -> dict[str, str]:
    """Return the text of each file below *folder*."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


@pytest.mark.parametrize("answers", VARIANTS, ids=str)
def test_a_variant_differs_from_its_shape_in_its_settings_only(
    render: Render, answers: dict[str, Any]
) -> None:
    asked = ("include_rls", "include_storage")
    shape = tree(render(**{name: answers[name] for name in asked}))
    variant = tree(render(**answers))

    assert shape.keys() == variant.keys()
    differing = {Path(name).name for name in shape if shape[name] != variant[name]}
    assert differing <= MAY_DIFFER


@pytest.mark.parametrize("answers", VARIANTS, ids=str)
def test_the_answers_become_defaults_of_settings(render: Render, answers: dict[str, Any]) -> None:
    settings = (render(**answers) / "src/my_supabase_service/settings.py").read_text()

    assert f'database_pooling_mode: PoolingMode = "{answers["pooling_mode"]}"' in settings
    assert f'supabase_project_id: ProjectRef = "{answers["supabase_project_id"]}"' in settings


def test_what_is_not_wanted_leaves_no_trace(render: Render) -> None:
    """No file, no import, no word of it."""
    for name, text in tree(render(include_rls=False)).items():
        assert not re.search(r"matrix|samples", name)
        assert not re.search(r"acts as `anon`|\bmatrix\b", text), name
    for name, text in tree(render(include_storage=False)).items():
        if name not in KNOW_OF_STORAGE:
            assert not re.search(r"storage|multipart|magic", f"{name} {text}", re.IGNORECASE), name


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_nothing_of_the_template_language_is_left(render: Render, shape: dict[str, Any]) -> None:
    for name, text in tree(render(**shape)).items():
        assert not re.search(r"\{%|%\}|\{\{ |copier_|\.jinja", text) or name in {
            ".copier-answers.yml",
            ".github/workflows/ci.yml",
        }, name


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_file_ends_with_one_newline_and_no_line_with_a_blank(
    render: Render, shape: dict[str, Any]
) -> None:
    for name, text in tree(render(**shape)).items():
        if not text:
            continue
        assert text.endswith("\n"), name
        assert not text.endswith("\n\n"), name
        assert not re.search(r"[ \t]+\n", text), name
        assert "\n\n\n\n" not in text, name


def test_every_name_can_be_checked_out_on_windows(template: Path) -> None:
    for path in (template / "template").rglob("*"):
        assert not set(path.name) & set('<>:"|?*\\'), path
        assert len(str(path.relative_to(template))) < 120, path


def test_no_file_is_over_250_lines(render: Render) -> None:
    for name, text in tree(render()).items():
        assert text.count("\n") <= 250 or name in LONG, name


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_module_is_used_by_another(render: Render, shape: dict[str, Any]) -> None:
    every = tree(render(**shape)).items()
    files = {name: text for name, text in every if name.endswith((".py", ".toml"))}
    entrances = {"__init__", "__main__", "env", "model", "policies", "service"}
    for name in files:
        path = Path(name)
        if path.stem in entrances or path.parts[0] in ("docs", "tests", "migrations"):
            continue
        others = " ".join(text for other, text in files.items() if other != name)
        assert re.search(rf"\b{path.stem}\b", others), name


def test_no_dotenv_is_rendered_and_git_ignores_it(render: Render) -> None:
    folder = render()

    assert not (folder / ".env").exists()
    assert {".env", ".local/"} <= set((folder / ".gitignore").read_text().splitlines())
