"""What a write is asked besides grants and policies: named, and not tried. Pure."""

from dataclasses import replace

from .case import Verdict
from .facts import Relation


def with_demands(verdict: Verdict, relation: Relation) -> Verdict:
    """Return *verdict* with what else has to hold, where policies do not end the write already."""
    is_over = not (verdict.is_fine or verdict.cause == "unknown") or verdict.cause == "empty"
    if is_over or not relation.is_table:
        return verdict
    return replace(verdict, also=tuple(_demands(relation, verdict.command)))


def _demands(relation: Relation, command: str) -> list[str]:
    columns: list[str] = []
    if command == "insert":
        columns = _named("not null, without a default", relation.needed())
    if command == "update":
        columns = _named("not null", [it.name for it in relation.columns if it.not_null])
    if command != "delete":
        columns += _named("never given", [it.name for it in relation.columns if it.always])
    return [*columns, *(it.what for it in relation.demands if command in it.commands)]


def _named(what: str, names: list[str]) -> list[str]:
    return [f"{what}: {', '.join(names)}"] if names else []
