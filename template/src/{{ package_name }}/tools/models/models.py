"""The `models` command: from the catalogue of a live database to files, or to stdout."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath

from ...supabase.database.settings import DatabaseSettings
from ..failure import Failure
from ..migrations.environment import load_models
from ..migrations.explain import PACKAGE
from ..migrations.exposure import Reachable, beside_tables
from ..migrations.ours import ours
from ..schema.catalogue import Catalogue
from ..schema.look import look, read_with
from .exposed import exposures
from .features import Files, by_schema, by_table, homes_by_schema, homes_by_table
from .formatting import formatted
from .modelled import modelled, stub
from .module import LEFT
from .plan import Key, Plan, plan
from .writing import write

MODEL = "model.py"

SCHEMA = "{schema}"
"""In the name of a file, the schema that it holds."""


@dataclass(frozen=True)
class Request:
    """What to model, and where to."""

    schemas: Sequence[str] | None = None
    tables: Sequence[str] = ()
    out: str | None = None
    force: bool = False
    start: Path = Path()
    """Where *out* begins, unless that is absolute."""


def write_models(root: Path, settings: DatabaseSettings, request: Request) -> str:
    """Write the models that are asked for, and return what belongs on stdout.

    Raises:
        Failure: something is not there, or is there already, or cannot be written.
    """
    out = request.out and _from(request.start, request.out)
    if out and not _is_folder(out) and not out.endswith(".py"):
        raise Failure(
            f"models: {out} is no Python file, and no folder that is there: a new one ends in /"
        )
    catalogue = look(settings, request.schemas, who="models")
    chosen = _choose(catalogue, request.tables, out)
    beside = () if request.tables else _open_beside(root, settings, catalogue)
    files = (by_table if out and _is_folder(out) else by_schema)(chosen, beside)
    files = formatted(files, root)
    if out is None:
        return "\n".join(_printed(files))
    places = {_place(out, path): text for path, text in files.items()}
    paths = {path: text for path, text in places.items() if not _is_kept(path)}
    written = write(paths, force=request.force)
    sys.stderr.write(
        f"models: wrote {len(written)} of {len(paths)} files, the others are the same\n"
    )
    if any(LEFT in text for text in files.values()):
        sys.stderr.write("models: what they cannot say stands at the head of each model.py\n")
    return "\n".join(map(str, written))


def _open_beside(root: Path, settings: DatabaseSettings, catalogue: Catalogue) -> list[Reachable]:
    """Return what is open beside the tables in the schemas of *catalogue*."""
    metadata = load_models()
    own = ours(metadata, root / "migrations", ())
    read = partial(beside_tables, metadata=metadata, own=own)
    schemas = {schema.name for schema in catalogue.schemas}
    found = [each for each in read_with(settings, read, who="models") if each.schema in schemas]
    return exposures(found, [each for schema in catalogue.schemas for each in schema.relations])


def _from(start: Path, out: str) -> str:
    """Return *out* as seen from the working folder, where a `/` at its end says what it is."""
    path = os.path.relpath(start / out)
    return f"{path}/" if out.endswith("/") else path


def _choose(catalogue: Catalogue, tables: Sequence[str], out: str | None) -> Plan:
    whole = plan(catalogue, tables)
    if not whole.tables:
        names = ", ".join(schema.name for schema in catalogue.schemas)
        raise Failure(f"models: there is no table in {names or 'the schemas of the project'}")
    if out is None:
        return whole
    files = _files_of(whole, out)
    if not Path(out).resolve().is_relative_to(PACKAGE):
        return whole  # nothing of the project will import it
    others = {key: each for key, each in modelled().items() if files.get(key) != each.file}
    if left := {key: each.file for key, each in others.items() if key in files}:
        shown = ", ".join(f"{'.'.join(key)} ({_short(file)})" for key, file in left.items())
        if tables or left.keys() == files.keys():
            raise Failure(f"models: the project has a model already of {shown}")
        sys.stderr.write(f"models: left out what the project has a model of: {shown}\n")
    for key in files.keys() - others.keys():
        if file := stub(key, files.values()):
            raise Failure(
                f"models: {_short(file)} has a stub of {'.'.join(key)}, which its model takes the"
                f" place of: take that Table(...) out of {_short(file)} first"
            )
    return plan(catalogue, tables, {key: each.name for key, each in others.items()})


def _files_of(chosen: Plan, out: str) -> dict[Key, Path]:
    """Return the file of each table."""
    is_folder = _is_folder(out)
    homes = homes_by_table(chosen) if is_folder else homes_by_schema(chosen)
    folders = sorted({*homes.values()})
    if not is_folder and len(folders) > 1 and SCHEMA not in out:
        raise Failure(
            f"models: a file holds one schema, these are {', '.join(folders)}: name one with"
            f" --schema, or write the file as {SCHEMA}/model.py"
        )
    return {key: _place(out, PurePath(home, MODEL)).resolve() for key, home in homes.items()}


def _is_folder(out: str) -> bool:
    return out.endswith("/") or Path(out).is_dir()


def _printed(files: Files) -> Iterator[str]:
    for path, text in files.items():
        if path.name != "__init__.py":
            yield f"# {path}\n{text}"


def _place(out: str, path: PurePath) -> Path:
    if _is_folder(out):
        return Path(out, path)
    file = Path(out.replace(SCHEMA, str(path.parent)))
    return file if path.name == MODEL else file.with_name(path.name)


def _short(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


def _is_kept(path: Path) -> bool:
    """Whether it is a package that is there already, which says nothing of models."""
    return path.name == "__init__.py" and path.exists()
