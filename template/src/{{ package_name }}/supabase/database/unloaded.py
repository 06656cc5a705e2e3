"""What was not loaded says what loads it: a session sends nothing that no `await` shows."""

from typing import Any, cast

from sqlalchemy import event
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.util.concurrency import in_greenlet

RELATION = (
    "{0} was not loaded: add .options(selectinload({0})) to the query that loads {1},"
    ' or await session.refresh(..., ["{2}"])'
)
COLUMN = (
    "a column of {0} is deferred, or expired since it was loaded: add .options(undefer({0}...))"
    " to the query that loads {0}, or await session.refresh(...)"
)


class ExplicitSession(Session):
    """Raises where a plain one would load in passing, which needs a round trip."""


@event.listens_for(ExplicitSession, "do_orm_execute")
def refuse_in_passing(execution: ORMExecuteState) -> None:
    """Let only what somebody awaits be sent.

    Raises:
        InvalidRequestError: an attribute was read that was not loaded.
    """
    if in_greenlet():
        return
    if execution.is_relationship_load:
        relation = cast("Any", execution.loader_strategy_path)[-1]
        name = relation.parent.class_.__name__
        raise InvalidRequestError(RELATION.format(relation, name, relation.key))
    if execution.is_column_load:
        name = cast("Any", execution.bind_mapper).class_.__name__
        raise InvalidRequestError(COLUMN.format(name))
