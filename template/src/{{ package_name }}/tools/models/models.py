"""The `models` command: from the catalogue of a live database to files, or to stdout."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from ...supabase.database.settings import DatabaseSettings
from ..failure import Failure
from ..schema.look import look
from .features import Files, by_schema, by_table
from .formatting import formatted
from .plan import plan
from .writing import write

SCHEMA = "{schema}"
"""In the name of a file, the schema that it holds."""


@dataclass(frozen=True)
class Request:
    """What to model, and where to."""

    schemas: Sequence[str] | None = None
    tables: Sequence[str] = ()
    out: str | None = None
    force: bool = False


def write_models(root: Path, settings: DatabaseSettings, request: Request) -> str:
    """Write the models that are asked for, and return what belongs on stdout.

    Raises:
        Failure: something is not there, or is there already, or cannot be written.
    """
    out = request.out
    if out and not _is_folder(out) and not out.endswith(".py"):
        raise Failure(
            f"models: {out} is no Python file, and no folder that is there: a new one ends in /"
        )
    chosen = plan(look(settings, request.schemas), request.tables)
    if not chosen.tables:
        raise Failure("models: there is no table in these schemas")
    files = by_table(chosen) if out and _is_folder(out) else by_schema(chosen)
    files = formatted(files, root)
    if out is None:
        return "\n".join(_printed(files))
    paths = {path: text for path, text in _places(files, out).items() if not _is_kept(path)}
    written = write(paths, force=request.force)
    sys.stderr.write(
        f"models: wrote {len(written)} of {len(paths)} files, the others are the same\n"
    )
    if any("# What these models cannot say" in text for text in files.values()):
        sys.stderr.write("models: what they cannot say stands at the head of each model.py\n")
    return "\n".join(map(str, written))


def _is_folder(out: str) -> bool:
    return out.endswith("/") or Path(out).is_dir()


def _printed(files: Files) -> Iterator[str]:
    for path, text in files.items():
        if path.name != "__init__.py":
            yield f"# {path}\n{text}"


def _places(files: Files, out: str) -> dict[Path, str]:
    if _is_folder(out):
        return {Path(out, path): text for path, text in files.items()}
    folders = sorted({str(path.parent) for path in files})
    if len(folders) > 1 and SCHEMA not in out:
        raise Failure(
            f"models: a file holds one schema, these are {', '.join(folders)}: name one with"
            f" --schema, or write the file as {SCHEMA}/model.py"
        )
    return {
        _place(path, Path(out.replace(SCHEMA, str(path.parent)))): text
        for path, text in files.items()
    }


def _place(path: PurePath, out: Path) -> Path:
    return out if path.name == "model.py" else out.parent / path.name


def _is_kept(path: Path) -> bool:
    """Whether it is a package that is there already, which says nothing of models."""
    return path.name == "__init__.py" and path.exists()
