"""A difference between models and database, as the steps of a revision there and back."""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, NamedTuple

from alembic.autogenerate import render, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops

from ..execute import execute
from ..expressions import Question
from .found import Place

WIDTH = 90
"""The room for a comment in a revision."""

LOCK_TIMEOUT = "set local lock_timeout = '5s'"
"""As `script.py.mako` begins every migration: a new transaction has forgotten it."""


class Remark(str):
    """A step that is a comment, for who reads the revision before it runs."""

    __slots__ = ()


class Committed(tuple[str, ...]):
    """Statements that are committed before the next step; those before them are, too."""

    __slots__ = ()


Step = str | Committed | ops.MigrateOperation
"""A statement, statements, or what Alembic writes by itself."""


@dataclass(frozen=True)
class Change(ops.MigrateOperation):
    """What leads towards the models, and what leads back."""

    what: str
    do: tuple[Step, ...]
    undo: tuple[Step, ...]
    constraints: tuple[tuple[str, str], ...] = ()
    """Those that it makes or drops: table and name, as SQL has them."""

    def reverse(self) -> "Change":
        """Return the same for the downgrade."""
        return Change(self.what, self.undo, self.do, self.constraints)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Name what differs: `alembic check` prints it."""
        left_out = (Remark, ops.MigrateOperation)
        steps = [step for step in self.do if not isinstance(step, left_out)]
        return (self.what, *steps)

    @property
    def committed(self) -> Committed:
        """What nothing may stand before, as that would be committed with it."""
        return Committed(line for step in self.do if isinstance(step, Committed) for line in step)


@dataclass(frozen=True)
class RenamedColumn(Change):
    """What gives a column another name, and nothing else."""

    place: Place = ("", "")
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class RenamedConstraint(Change):
    """What gives a constraint another name, and nothing else."""

    place: Place = ("", "")
    old: str = ""
    new: str = ""


class Note(ops.OpContainer):
    """A comment between operations. It differs from nothing, so `alembic check` passes over it."""

    def __init__(self, said: str = "") -> None:
        super().__init__()
        self.said = said

    def reverse(self) -> "Note":
        """Return nothing to say: a downgrade does something else."""
        return Note()


class Suspect(NamedTuple):
    """What differs, unless Postgres finds that all its *questions* are the same; none: for sure.

    What is there leaves before the tables change, and what is declared comes after that.
    """

    what: str
    questions: tuple[Question, ...] = ()
    leaves: Change | None = None
    comes: Change | None = None
    anew: tuple[str, str] | None = None
    """The table and the column that it drops and makes again, with all that hangs on it."""
    is_kept: bool = False
    """Whether the column loses only what it is computed from, and a downgrade makes it anew."""
    is_early: bool = False
    """Whether other changes need it: a key, which others refer to."""


def added(kind: str, table: str, name: str, definition: str) -> Change:
    """Return what adds a constraint; its reverse drops it. Names are as SQL has them."""
    return Change(
        f"{kind} {name} of {table}",
        (f"alter table {table} add constraint {name} {definition}",),
        (f"alter table {table} drop constraint {name}",),
        ((table, name),),
    )


@renderers.dispatch_for(Change)
def write(context: AutogenContext, change: Change) -> list[str]:
    """Write the steps as lines of a revision."""
    return [line for step in change.do for line in _lines(context, step)]


@renderers.dispatch_for(Note)
def write_note(context: AutogenContext, note: Note) -> list[str]:
    """Write it as comments of a revision."""
    del context
    return write_remark(Remark(note.said))


def write_remark(remark: Remark) -> list[str]:
    """Write it as comments, each of which has room for its line."""
    return [f"# {line}" for line in wrap(remark, WIDTH)]


def _lines(context: AutogenContext, step: Step) -> Iterable[str]:
    if isinstance(step, Remark):
        return write_remark(step)
    if isinstance(step, str):
        return [execute(step)]
    if isinstance(step, Committed):
        # Alembic indents what follows a colon, until a line is empty.
        block = "with op.get_context().autocommit_block():"
        return [block, *map(execute, step), "", execute(LOCK_TIMEOUT)]
    return render.render_op(context, step)
