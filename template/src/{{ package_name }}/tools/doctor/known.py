"""What the checks have learned so far, and hand on to those after them."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from ...supabase.auth.settings import AuthSettings
from ...supabase.database.address import Address
from ...supabase.database.settings import DatabaseSettings
from .answer import Answer
from .facts import Facts


class Place(NamedTuple):
    """One address of a host."""

    family: int
    host: str
    port: int


@dataclass
class Known:
    """Filled in the order of the checks."""

    root: Path | None
    """The project's folder; None where only the package is installed."""
    database: DatabaseSettings
    """The service's settings."""
    auth: AuthSettings
    """The same, by what they say of access tokens."""
    address: Address
    """Where the service dials."""
    api: "asyncio.Task[Answer]"
    """How the project's own address answers."""
    stack: AsyncExitStack
    """Closes what was opened, once all checks have run."""
    migrate: str = "migrate"
    """The command that brings this database to the newest migration."""
    places: list[Place] = field(default_factory=list[Place])
    """Where the database's host is; once one took a connection, only that."""
    connected_within: float = 0
    """Seconds that it took."""
    logins: int = 0
    """How often somebody logged in, or tried to."""
    connection: AsyncConnection | None = None
    """The service's login."""
    owner: AsyncConnection | None = None
    """The login of migrations."""
    facts: Facts | None = None
    """What the database says of itself and of that login."""

    @property
    def session(self) -> AsyncConnection:
        """The service's login, for checks that need it.

        Raises:
            LookupError: nobody is logged in, so such a check does not run.
        """
        if self.connection is None:
            raise LookupError("nobody is logged in")
        return self.connection

    @property
    def answers(self) -> Facts:
        """What the database said to that login.

        Raises:
            LookupError: it was not asked.
        """
        if self.facts is None:
            raise LookupError("the database was not asked")
        return self.facts

    @property
    def host(self) -> str:
        """The database's host."""
        return self.address.url.host or ""

    @property
    def port(self) -> int:
        """The database's port."""
        return self.address.url.port or 5432

    @property
    def user(self) -> str:
        """The login's name."""
        return self.address.url.username or ""
