"""README and docs/ of a rendered project say what is so, in every shape."""

import itertools
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

Render = Callable[..., Path]
Run = Callable[..., str]

SHAPES = [
    {"include_rls": rls, "include_storage": storage}
    for rls, storage in itertools.product((True, False), repeat=2)
]
SLUG = "my-supabase-service"
SCREEN = 48
"""Lines of a terminal window on a laptop."""

NOT_SETTINGS = {"TMPDIR", "READ_WRITE", "RESET_ALL", "SSL_CERT_FILE", "TEMPLATE_TRUST"}
"""What is spelt like one, and belongs to the system, or to GitHub."""


MADE_LATER = {
    *("local/", ".local/", ".env.dev", "worker.py", ".github/workflows/template.yml"),
    *("migrations/left_alone.txt", "views.py", "functions.py", "tests/teams/", "tests/tasks/"),
    *("src/my_supabase_service/tasks/", ".local/env"),
}
"""By its owner, or with an answer that is given later."""


@pytest.fixture(scope="module", params=SHAPES, ids=str)
def folder(render: Render, request: pytest.FixtureRequest) -> Path:
    return render(**request.param)


@pytest.fixture(scope="module")
def documents(folder: Path) -> dict[Path, str]:
    paths = [folder / "README.md", folder / "AGENTS.md", *(folder / "docs").glob("*.md")]
    return {path: path.read_text(encoding="utf-8") for path in paths}


def quoted(text: str) -> Iterator[str]:
    """Yield what stands in backticks, apart from fences."""
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def test_the_readme_is_a_beginning_and_its_owners(folder: Path) -> None:
    lines = (folder / "README.md").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 12
    assert max(map(len, lines)) <= 120


def test_the_first_page_is_one_screen_with_a_map(folder: Path) -> None:
    lines = (folder / "docs" / "README.md").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= SCREEN
    assert max(map(len, lines)) <= 120
    package = folder / "src" / "my_supabase_service"
    named = [match for line in lines if (match := re.match(r"^  (\w+(?:\.py|/))  ", line))]
    owners = ("yours", "shared", "template's")
    assert {match[1].strip("/") for match in named} >= {
        path.name for path in package.iterdir() if path.name not in ("__init__.py", "__pycache__")
    } - {"py.typed"}
    for match in named:
        assert (package / match[1]).exists()
        assert match.string[match.end() :].strip().startswith(owners)


def test_every_link_leads_somewhere_and_every_page_is_linked(
    folder: Path, documents: dict[Path, str]
) -> None:
    targets = {
        (path.parent / target).resolve()
        for path, text in documents.items()
        for target in re.findall(r"\]\(([^)#:]+)\)", text)
    }

    assert [target for target in targets if not target.exists()] == []
    assert targets >= {page.resolve() for page in (folder / "docs").glob("*.md")}
    assert "docs/README.md" in documents[folder / "README.md"]


def test_every_path_is_there(folder: Path, documents: dict[Path, str]) -> None:
    package = folder / "src" / "my_supabase_service"
    for path, text in documents.items():
        for name in quoted(text):
            if re.fullmatch(r"\.?\w[\w.-]*/(?:[\w.-]+/?)*|\w+\.(?:py|toml|md)|\.env\.\w+", name):
                places = (folder, package, package / "notes", folder / "tests")
                is_made = name in MADE_LATER
                assert is_made or any((place / name).exists() for place in places), (path, name)


def test_every_setting_is_one(folder: Path, documents: dict[Path, str]) -> None:
    known = set(re.findall(r"^#? ?([A-Z_]+)=", (folder / ".env.example").read_text(), re.MULTILINE))
    for path, text in documents.items():
        for words in quoted(text):
            for name in re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", words):
                is_prefix = any(setting.startswith(f"{name}_") for setting in known)
                assert name in known | NOT_SETTINGS or is_prefix, (path, name)


def test_every_name_of_the_code_is_in_it(folder: Path, documents: dict[Path, str]) -> None:
    """What a reader would import: CamelCase, or a function that is called."""
    files = [*(folder / "src").rglob("*.py"), *(folder / "local").rglob("*.sql")]
    code = "\n".join(path.read_text() for path in files)
    for path, text in documents.items():
        for words in quoted(text):
            for name in re.findall(r"\b(?:[A-Z][a-z]+){2,}\b|\b[a-z]+(?:_[a-z0-9]+)+(?=\()", words):
                assert re.search(rf"\b{name}\b", code) or name == "TestClient", (path, name)


def test_every_command_and_option_is_there(
    documents: dict[Path, str], project: Path, run: Run
) -> None:
    program = project / ".venv/bin" / SLUG

    @cache
    def help_of(command: str) -> str:
        return run(program, command, "--help", cwd=project, env={"COLUMNS": "200", "TERM": "dumb"})

    asked = 0
    for path, text in documents.items():
        for command, rest in re.findall(rf"{SLUG} (\w+)([^`\n#]*)", text):
            for option in re.findall(r"(?<!\S)--?[a-z]+", rest):
                assert option in help_of(command), (path, command, option)
            asked += bool(help_of(command))
    assert asked > 0


def test_nobody_is_told_to_migrate_by_alembic_itself(documents: dict[Path, str]) -> None:
    """The command says in one line what Alembic says in 159."""
    for path, text in documents.items():
        assert not re.search(r"alembic (?:upgrade|revision)", text), path


def test_a_page_is_plain_and_narrow(folder: Path) -> None:
    for page in (folder / "docs").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        assert text.startswith("# ")
        assert max(map(len, text.splitlines())) <= 120
        assert "{" + "%" not in text


def test_what_storage_needs_is_told_where_there_is_storage(
    documents: dict[Path, str], request: pytest.FixtureRequest
) -> None:
    shape: dict[str, Any] = request.node.callspec.params["folder"]
    names = {path.name for path in documents}

    assert ("storage.md" in names) is shape["include_storage"]
    everything = "\n".join(documents.values())
    assert ("SUPABASE_PUBLISHABLE_KEY" in everything) is shape["include_storage"]
    assert ("Row level security" in everything) is shape["include_rls"]
