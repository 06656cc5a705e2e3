"""What Copier noted in this project: where its template is, and which version was rendered."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from ..failure import Failure

NAME = ".copier-answers.yml"


@dataclass(frozen=True)
class Answers:
    """The two notes that every update needs."""

    source: str
    """`_src_path`: a folder or an address, possibly with credentials in it."""
    commit: str
    """`_commit`: a release such as v1.2.0, or what `git describe` calls a commit between two."""


def read_answers(root: Path) -> Answers:
    """Read the notes of the project in *root*.

    Raises:
        Failure: they are missing or broken, or no longer true of this project.
    """
    notes = _parse(root / NAME)
    for name in ("_src_path", "_commit"):
        if not notes.get(name):
            raise Failure(
                f"{NAME} has no {name}, so nobody knows what this was rendered from:"
                f" take the line back from Git (git log -p {NAME})"
            )
    package = str(notes.get("package_name", ""))
    if not (root / "src" / package / "__init__.py").is_file():
        raise Failure(
            f"{NAME} says that the package is src/{package}/, which is not there:"
            " docs/upgrading.md tells how to rename a package"
        )
    return Answers(str(notes["_src_path"]), str(notes["_commit"]))


def _parse(file: Path) -> dict[str, Any]:
    try:
        parsed = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Failure(
            f"{NAME} is not in {file.parent}, so nobody knows what this was rendered from: take it"
            f" back from Git (git log --stat -- {NAME}), and under this name"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        parsed = None
    if not isinstance(parsed, dict):
        raise Failure(
            f"{NAME} is broken: take it back from Git (git checkout HEAD -- {NAME}), or resolve"
            " its conflict for the newer version"
        )
    return cast("dict[str, Any]", parsed)
