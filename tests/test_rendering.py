"""The rendered tree reads as if a person had written it for that project."""

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest

Render = Callable[..., Path]

REF = "abcdefghijklmnopqrst"
MODES = ("transaction", "session", "direct", "dedicated")
VARIANTS = [
    {"pooling_mode": mode, "supabase_project_id": ref}
    for mode, ref in itertools.product(MODES, ("", REF))
]
MAY_DIFFER = {".copier-answers.yml", "README.md", "settings.py"}


def tree(folder: Path) -> dict[str, str]:
    """Return the text of each file below *folder*."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


@pytest.mark.parametrize("answers", VARIANTS, ids=str)
def test_a_variant_differs_from_the_default_in_its_settings_only(
    render: Render, answers: dict[str, str]
) -> None:
    default, variant = tree(render()), tree(render(**answers))

    assert default.keys() == variant.keys()
    differing = {Path(name).name for name in default if default[name] != variant[name]}
    assert differing <= MAY_DIFFER


@pytest.mark.parametrize("answers", VARIANTS, ids=str)
def test_the_answers_become_defaults_of_settings(render: Render, answers: dict[str, str]) -> None:
    settings = (render(**answers) / "src/my_supabase_service/settings.py").read_text()

    assert f'database_pooling_mode: PoolingMode = "{answers["pooling_mode"]}"' in settings
    assert f'supabase_project_id: ProjectRef = "{answers["supabase_project_id"]}"' in settings


def test_nothing_of_the_template_language_is_left(render: Render) -> None:
    for name, text in tree(render()).items():
        assert not re.search(r"\{%|%\}|\{\{ |copier_|\.jinja", text) or name in {
            ".copier-answers.yml",
            ".github/workflows/ci.yml",
        }, name


def test_every_file_ends_with_one_newline_and_no_line_with_a_blank(render: Render) -> None:
    for name, text in tree(render()).items():
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
        assert text.count("\n") <= 250, name


def test_every_module_is_used_by_another(render: Render) -> None:
    files = {name: text for name, text in tree(render()).items() if name.endswith((".py", ".toml"))}
    entrances = {"__init__", "__main__", "env", "conftest", "model"}
    for name in files:
        path = Path(name)
        if path.stem in entrances or path.parts[0] in ("tests", "migrations"):
            continue
        others = " ".join(text for other, text in files.items() if other != name)
        assert re.search(rf"\b{path.stem}\b", others), name


def test_no_dotenv_is_rendered_and_git_ignores_it(render: Render) -> None:
    folder = render()

    assert not (folder / ".env").exists()
    assert {".env", ".local/"} <= set((folder / ".gitignore").read_text().splitlines())
