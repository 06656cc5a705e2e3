"""The `adopt` command: from a live database, or a dump, to models, policies and a baseline."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath

from ...supabase.database.settings import DatabaseSettings
from ..dev.stand_in import stand_in
from ..failure import Failure
from ..hiding import hiding
from ..migrations.environment import load_models
from ..migrations.exposure import beside_tables
from ..migrations.ours import ours
from ..migrations.policies.declared import MEMBER_OF
from ..migrations.upgrade import upgrade
from ..models.exposed import exposures
from ..models.features import by_schema
from ..models.formatting import formatted
from ..models.plan import plan
from ..models.writing import write
from ..schema.look import read_with
from ..schema.relations import Relation
from .baseline import Baseline, files_of
from .compare import differences
from .dump import read_dump
from .found import Found, beyond, on_objects, read_found
from .making import TABLES
from .statements import left_out, statements_of
from .trial import Said, Trial, try_out
from .undo import undo
from .words import full

PACKAGE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Request:
    """What to adopt."""

    schemas: Sequence[str] | None = None
    """None: all of the project's own."""
    source: Path | None = None
    """A dump, or a folder of migrations, instead of the database that the settings name."""


def adopt(root: Path, settings: Callable[[], DatabaseSettings], request: Request) -> list[Path]:
    """Write what is there as models, policies and a baseline revision, and return the files.

    *settings* reads the environment, which is first that of the live database and then that of the
    local stand-in, where all is tried before anything is written.

    Raises:
        Failure: something cannot be read, made again or written; then nothing is written.
    """
    read = partial(read_found, schemas=request.schemas)
    live = None
    if not request.source:
        with hiding(source := settings()):
            live = read_with(source, read, who="adopt")
    dump = read_dump(request.source) if request.source else []
    metadata = load_models()
    own = ours(metadata, root / "migrations", ())

    def statements(before: Found) -> Sequence[Said]:
        if live is None:
            return [Said(*each) for each in dump]
        new = beyond(live, before, is_left_alone=own.is_named)
        return [Said(each) for each in statements_of(new.own, new.supabases)]

    with stand_in():
        local = settings()
        read_open = partial(beside_tables, metadata=metadata, own=own)
        with hiding(local):
            upgrade(root, local, stopped=True)
            trial = asyncio.run(try_out(local, statements, read_open))
    new = beyond(trial.after, trial.before, is_left_alone=own.is_named)
    if live is not None:
        _tell_differences(beyond(live, trial.before, is_left_alone=own.is_named), new)
    _refuse(new)
    return _write(root, trial, new)


def _refuse(new: Found) -> None:
    tables = _tables(new)
    if not tables:
        raise Failure("adopt: there is no table that this project does not have already")
    bound = next((it for it in tables if it.row_security), None)
    if bound and not MEMBER_OF:
        raise Failure(
            f"adopt: {bound.schema}.{bound.name} is under row level security, and this project is"
            " without: run `copier update --vcs-ref=:current: --data include_rls=true` first"
        )


def _tables(new: Found) -> list[Relation]:
    return [relation for relation in new.relations() if relation.kind in TABLES]


def _tell_differences(wanted: Found, made: Found) -> None:
    for what in (*left_out(wanted.own), *differences(wanted.own, made.own)):
        sys.stderr.write(f"adopt: not in the baseline as the database has it: {what}\n")


def _write(root: Path, trial: Trial, new: Found) -> list[Path]:
    baseline = Baseline(
        [full(table.schema, table.name) for table in _tables(new)],
        [each.statement for each in trial.said],
        [*undo(new, trial.before)],
    )
    made = files_of(baseline, root)
    package = PACKAGE.relative_to(root)
    beside = exposures(trial.open_beside, new.relations())
    files = by_schema(plan(new.own), [*beside, *on_objects(new)])
    models = {PurePath(package, path): text for path, text in files.items()}
    python = {path: text for path, text in {**models, **made}.items() if path.suffix == ".py"}
    texts = {**made, **formatted(python, root)}
    return write({root / path: text for path, text in sorted(texts.items())}, force=False)
