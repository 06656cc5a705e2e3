"""One person and one relation, and what can be said of a command there. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .facts import Policy, Relation
from .trials import COUNTED, Trials, Trouble


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one command."""

    command: str
    cause: str
    """In the same few words whatever the names, for programs."""
    sentence: str
    remedy: str = ""
    is_fine: bool = False
    also: tuple[str, ...] = ()
    """What else has to hold for a write, which nobody has tried."""


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of one person and one relation."""

    name: str
    role: str
    claims: Mapping[str, Any]
    relation: Relation
    trials: Trials

    def rows_there(self) -> str:
        """Say how many rows there are."""
        there = self.trials.there
        if there is None:
            return "an unknown number of rows"
        more = " or more" if there == COUNTED else ""
        return f"{there:,}{more} row{'' if there == 1 else 's'}"


def number(seen: int | Trouble | None) -> str:
    """Say how many rows a person sees."""
    if not isinstance(seen, int):
        return "an unknown number"
    return f"{seen:,}{' or more' if seen == COUNTED else ''}"


def listed(policies: Sequence[Policy]) -> str:
    """Name *policies*, as the subject of a sentence with `is` or `are`."""
    is_one = len(policies) == 1
    names = ", ".join(repr(policy.name) for policy in policies)
    return f"policy {names} is" if is_one else f"policies {names} are"
