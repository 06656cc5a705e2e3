"""What `copier update` needs to find, told before it does damage. The template's."""

from pathlib import Path
from typing import Any

import pytest
import yaml

PLACES = (".github", "docs", "local", "migrations", "src", "tests")


@pytest.fixture
def answers(root: Path) -> dict[str, Any]:
    """What Copier noted when it rendered or updated this project."""
    file = root / ".copier-answers.yml"
    assert file.is_file(), "an update starts from .copier-answers.yml: take it back from Git"
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def test_the_answers_are_whole(answers: dict[str, Any]) -> None:
    missing = {"_commit", "_src_path", "package_name", "project_name"} - answers.keys()

    assert not missing, "take these lines of .copier-answers.yml back from Git"


def test_the_package_has_the_name_in_the_answers(root: Path, answers: dict[str, Any]) -> None:
    """Else an update would render the old package beside the new one."""
    package = Path("src") / answers["package_name"]

    assert (root / package / "__init__.py").is_file(), (
        f"{package} is not there: if it has another name now, docs/upgrading.md tells how to say so"
    )


def test_no_conflict_of_an_update_is_left(root: Path) -> None:
    """Where no program would stumble over it: in a document, or an example."""
    paths = [*root.iterdir(), *(path for place in PLACES for path in (root / place).rglob("*"))]
    files = [path for path in paths if path.is_file() and path.stat().st_size < 1_000_000]
    marker = b"<" * 7 + b" before updating"

    marked = [path for path in files if any(map(marker.__eq__, path.read_bytes().splitlines()))]
    assert marked == []
    assert [path for path in files if path.suffix == ".rej"] == []
