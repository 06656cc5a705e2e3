"""Which policy of the database is the one that was declared, in whatever words. Reads only."""

import logging
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection

from ....supabase.tables.policies import Policy
from ..expressions import Question, compare

log = logging.getLogger(__name__)

CANNOT_TELL = (
    "%s: whether policy %r is as declared, Postgres does not show; if it is, declare it in its"
    " words: using %s, check %s"
)

Pair = tuple[str, Policy, Policy]
"""A table, a policy that is declared for it, and one that was found there."""


def same_policies(
    connection: Connection, pairs: Iterable[Pair]
) -> dict[tuple[str, Policy], Policy]:
    """Return what was found for each declared policy, by its table, where both are the same."""
    alike = [pair for pair in pairs if _look_alike(*pair[1:])]
    asked = {pair: _questions(*pair) for pair in alike}
    verdicts = compare(connection, (each for questions in asked.values() for each in questions))
    same: dict[tuple[str, Policy], Policy] = {}
    for (table, policy, found), questions in asked.items():
        answers = {verdicts[question] for question in questions}
        if answers <= {"same"}:
            same[table, policy] = found
        elif "different" not in answers:
            log.warning(CANNOT_TELL, table, policy.name, found.using, found.check)
    return same


def _look_alike(policy: Policy, found: Policy) -> bool:
    """Whether only the conditions can differ."""
    bare, found_bare = (replace(p, using=None, check=None, to=p.roles) for p in (policy, found))
    have, found_have = ((p.using is None, p.check is None) for p in (policy, found))
    return bare == found_bare and have == found_have


def _questions(table: str, policy: Policy, found: Policy) -> list[Question]:
    sides = ((policy.using, found.using), (policy.check, found.check))
    return [Question(table, said, is_) for said, is_ in sides if said and is_]
