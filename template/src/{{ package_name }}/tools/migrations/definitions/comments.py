"""What is said of a constraint. Alembic compares and writes the comments of tables and columns."""

from collections.abc import Iterator, Mapping

from alembic.operations import ops
from sqlalchemy import CheckConstraint, Constraint, PrimaryKeyConstraint, Table
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from .change import Change
from .declared import Declared
from .found import FoundConstraint, Place
from .touched import Touched

Found = Mapping[str, FoundConstraint]


def comment(declared: Declared, upgrade: ops.UpgradeOps) -> None:
    """Add to *upgrade* what makes every comment as it is said.

    A comment goes with its constraint, so it is written when that is there: behind all else, and
    in a downgrade, too.
    """
    touched = Touched(declared, upgrade.ops)
    changes: list[Change] = []
    for table in declared.tables:
        changes += _of_table(declared, touched, table)
    for place in sorted(touched.dropped):
        changes += _lost(declared, touched, place, _found(declared, place))
    first = [each for each in changes if not each.do]
    last = [each for each in changes if each.do]
    upgrade.ops[:] = [*first, *upgrade.ops, *last]


def _of_table(declared: Declared, touched: Touched, table: Table) -> Iterator[Change]:
    place = declared.place(table)
    found = {**_found(declared, place)}
    yield from _lost(declared, touched, place, found)
    for constraint in table.constraints:
        name = _name(declared, constraint, found)
        if name is None:
            continue
        was = found.get(touched.renamed.get((place, name), name))
        before = was.comment if was else None
        # SQLAlchemy has no word for that of an exclusion.
        is_silent = isinstance(constraint, ExcludeConstraint)
        now = before if is_silent else constraint.comment or None
        if not (now or before):
            continue
        what, do, undo = _statements(declared, (place, name), now, before)
        if was is None or touched.has(place, name):
            if now:
                yield Change(what, (do,), ())
        elif now != before:
            yield Change(what, (do,), (undo,))


def _lost(declared: Declared, touched: Touched, place: Place, found: Found) -> Iterator[Change]:
    """Yield what a downgrade says again of constraints that it makes again."""
    for name, was in found.items():
        if was.comment and touched.has(place, name):
            what, statement = _statements(declared, (place, name), was.comment)
            yield Change(what, (), (statement,))


def _name(declared: Declared, constraint: Constraint, found: Found) -> str | None:
    if isinstance(constraint, CheckConstraint) and not declared.is_made(constraint):
        return None
    name = declared.name(constraint)
    if name is None and isinstance(constraint, PrimaryKeyConstraint):
        # A table has no other.
        usual = f"{constraint.table.name}_pkey" if constraint.comment else None
        return next((key for key, each in found.items() if each.kind == "p"), usual)
    return name


def _found(declared: Declared, place: Place) -> Found:
    return declared.found[place].constraints if place in declared.found else {}


def _statements(
    declared: Declared, constraint: tuple[Place, str], *comments: str | None
) -> tuple[str, ...]:
    """Return what it is about, and a statement for each of *comments*."""
    place, name = constraint
    what = f"comment on constraint {declared.quote(name)} on {declared.sql_name(place)}"
    return what, *(f"{what} is {_literal(each)}" for each in comments)


def _literal(comment: str | None) -> str:
    return "null" if comment is None else "'" + comment.replace("'", "''") + "'"
