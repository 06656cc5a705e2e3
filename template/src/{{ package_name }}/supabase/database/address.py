"""From settings to the address that asyncpg dials.

Pure: reads no environment, opens no socket, so each pooling mode is one row of a table test.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal, assert_never, cast, get_args
from urllib.parse import parse_qs, unquote

from sqlalchemy import URL

from ..settings import PORTS

PoolingMode = Literal["transaction", "session", "direct", "dedicated"]
SslMode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

SUPABASE = (".supabase.co", ".supabase.com")
SHARED_POOLER = ".pooler.supabase.com"
PROJECT_LOGIN = re.compile(r".+\.(?P<project>[a-z0-9]{20})")
PROJECT_HOST = re.compile(r"db\.(?P<project>[a-z0-9]{20})\.supabase\.co")

# The host is what follows the last @, so that a password may hold @ : / ? and #.
PASTED = re.compile(
    r"postgres(?:ql)?(?:\+\w+)?://"
    r"(?P<user>[^:@/]+)(?::(?P<password>.*))?@"
    r"(?P<host>\[[0-9a-fA-F:.]+\]|[^@:/?#\s\[\]]+)(?::(?P<port>\d+))?"
    r"/(?P<database>[^@:/?#\s]+)(?:\?(?P<query>[^@\s]*))?"
)

# What Supabase's dialogue and other libraries append; asyncpg would take each for a server setting.
HARMLESS_PARAMETERS = {"pgbouncer", "connection_limit", "pool_timeout", "connect_timeout"}


@dataclass(frozen=True, slots=True)
class Address:
    """One way to reach one database: where to dial, and what stands between."""

    url: URL
    """For SQLAlchemy; its `repr` hides the password."""
    mode: PoolingMode
    sslmode: SslMode | None = None
    """What the address says of TLS; None when it says nothing. `tls.py` has the meaning."""

    @property
    def is_pooled(self) -> bool:
        """Whether a server connection is lent for one transaction only."""
        return self.mode in ("transaction", "dedicated")

    @property
    def is_supabase(self) -> bool:
        """Whether the host is Supabase's, whose certificate Supabase's own authority signs."""
        return (self.url.host or "").endswith(SUPABASE)

    @property
    def logs_in_as_postgres(self) -> bool:
        """Whether the login is the project's `postgres`, in the pooler's form or plain."""
        return (self.url.username or "").split(".")[0] == "postgres"

    @property
    def project(self) -> str:
        """The ref of the Supabase project, if the login or the host names it; else empty."""
        in_login = PROJECT_LOGIN.fullmatch(self.url.username or "")
        in_host = PROJECT_HOST.fullmatch(self.url.host or "")
        match = in_login or in_host
        return match["project"] if match else ""


def dial(host: str, port: int, user: str, password: str | None, database: str = "postgres") -> URL:
    """Return SQLAlchemy's URL for these parts, none of which needs any escaping."""
    return URL.create("postgresql+asyncpg", user, password, host, port, database)


def as_certified(host: str) -> str:
    """Return *host* as certificates spell it: in lower case, without the dot of the root."""
    return host.lower().removesuffix(".")


def mode_of(host: str, port: int) -> PoolingMode | None:
    """Tell the pooling mode from one of Supabase's own addresses; None for any other host.

    Raises:
        ValueError: the host is Supabase's, the port is not.
    """
    if host.endswith(SHARED_POOLER):
        by_port: dict[int, PoolingMode] = {6543: "transaction", 5432: "session"}
    elif PROJECT_HOST.fullmatch(host):
        by_port = {6543: "dedicated", 5432: "direct"}
    else:
        return None
    if port not in by_port:
        raise ValueError(f"has port {port}; Supabase listens on 5432 and 6543")
    return by_port[port]


def parse(
    pasted: str, *, password: str | None = None, otherwise: PoolingMode = "transaction"
) -> Address:
    """Read a URL as Supabase shows it (Dashboard: Connect), with the password filled in.

    *password* serves a URL without one, *otherwise* is the mode of a host that is not Supabase's.

    Raises:
        ValueError: with what is wrong, in words that never hold the password.
    """
    if "YOUR-PASSWORD" in pasted:
        raise ValueError("still holds [YOUR-PASSWORD]; put the database password in its place")
    match = PASTED.fullmatch(pasted.strip())
    if match is None:
        raise ValueError("is not of the form postgresql://user:password@host:port/database")
    query = parse_qs(match["query"] or "", keep_blank_values=True)
    sslmode = query.pop("sslmode", [None])[-1]
    if unknown := sorted(query.keys() - HARMLESS_PARAMETERS):
        raise ValueError(f"has the parameter {unknown[0]}, which this service does not know")
    if sslmode not in {None, *get_args(SslMode)}:
        raise ValueError("has an sslmode that Postgres does not know")
    host = as_certified(match["host"].strip("[]"))
    port = int(match["port"] or 5432)
    if port not in PORTS:
        raise ValueError("has a port that there is not")
    written = match["password"]
    url = dial(
        host,
        port,
        unquote(match["user"]),
        unquote(written) if written else password,
        unquote(match["database"]),
    )
    return Address(
        url,
        mode_of(host, port) or otherwise,
        cast("SslMode | None", sslmode),
    )


def compose(  # noqa: PLR0913  # each part of an address is one setting
    mode: PoolingMode, *, project: str, region: str, pooler: str, user: str, password: str | None
) -> Address:
    """Put an address of the Supabase project *project* together from its parts.

    *pooler* is the shared pooler's host. Without it the most frequent one of *region* is taken,
    which is a guess: one region has several, and only the dashboard tells which is the project's.
    """
    host = f"db.{project}.supabase.co"
    match mode:
        case "direct":
            url = dial(host, 5432, user, password)
        case "dedicated":
            url = dial(host, 6543, user, password)
        case "transaction" | "session":
            port = 6543 if mode == "transaction" else 5432
            shared = as_certified(pooler) or f"aws-1-{region}{SHARED_POOLER}"
            login = user if "." in user else f"{user}.{project}"
            url = dial(shared, port, login, password)
        case _:
            assert_never(mode)
    return Address(url, mode)


def for_migrations(address: Address) -> Address | None:
    """Return the same database in session or direct mode, where a migration can hold its lock.

    None when *address* cannot tell: its host is not Supabase's, so the other port is unknown.
    """
    if not address.is_pooled:
        return address
    if mode_of(address.url.host or "", address.url.port or 0) is None:
        return None
    mode: PoolingMode = "session" if address.mode == "transaction" else "direct"
    return replace(address, url=address.url.set(port=5432), mode=mode)
