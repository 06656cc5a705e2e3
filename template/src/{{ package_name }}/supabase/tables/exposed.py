"""What may be reached on purpose and has no declaration of its own, with the reason. Pure.

A table is declared by `secure()`. Everything else that a role of the API can reach, a view or a
function that was made by hand, is closed by the next migration, unless a line here says why not.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import MetaData

from .grants import Grant
from .model import Base

KEY: Final = "exposed"

PRIVILEGES = ("select", "insert", "update", "delete", "usage", "create", "execute", "all")
"""The last is the command of a policy."""


def exposed(
    what: str, *, grants: Mapping[str, str], because: str, metadata: MetaData = Base.metadata
) -> None:
    """Leave *what* open to whom *grants* names, and to nobody else, *because* of this.

    *what* is named as `alembic check` names it, `"function public.search(text)"`; *grants* are
    written as for `secure()`, `{"anon": "execute"}`. A policy on `storage.objects` that no bucket
    declares is named in the same way, with the command that it is for.

    Raises:
        ValueError: it says nothing of whom, or of why; or it is said twice.
    """
    every = metadata.info.setdefault(KEY, {})
    if not because.strip():
        raise ValueError(f"{what}: say because= of what it is open")
    if what in every:
        raise ValueError(f"{what}: it is declared twice")
    granted = frozenset(
        Grant(role, privilege.strip().lower())
        for role, privileges in grants.items()
        for privilege in privileges.split(",")
    )
    if not granted or not {grant.privilege for grant in granted} <= {*PRIVILEGES}:
        raise ValueError(f"{what}: grants= says what each role may do: {', '.join(PRIVILEGES)}")
    every[what] = granted


def all_exposed(metadata: MetaData) -> dict[str, frozenset[Grant]]:
    """Return what is open on purpose, by its name, and to whom."""
    return dict(metadata.info.get(KEY, {}))
