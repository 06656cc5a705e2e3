"""What Supavisor says when it refuses, word for word.

From a run of 2.9.7 and from its source (`lib/supavisor/errors/`).
"""

from typing import NamedTuple

from .pooled import REF


class Refusal(NamedTuple):
    """What a client is told when its connection ends."""

    text: str
    sqlstate: str = "XX000"


class Refused(Exception):
    """The pooler ends the connection of a client."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal


REFUSALS = {
    # Configuration.
    "ENOTFOUND": Refusal(f"(ENOTFOUND) tenant/user postgres.{REF} not found"),
    "ENOIDENTIFIER": Refusal(
        "(ENOIDENTIFIER) no tenant identifier provided (external_id or sni_hostname required)"
    ),
    "EAUTHQUERY": Refusal("(EAUTHQUERY) user not found in the database"),
    "EAUTHQUERY nologin": Refusal("(EAUTHQUERY) unsupported or invalid secret format"),
    "password": Refusal('password authentication failed for user "postgres"', "28P01"),
    "database": Refusal('database "elsewhere" does not exist', "3D000"),
    "ESSLREQUIRED": Refusal("(ESSLREQUIRED) SSL connection is required for user: postgres"),
    "EADDRNOTALLOWED": Refusal(
        "(EADDRNOTALLOWED) address not in tenant allow_list: {127, 0, 0, 1}"
    ),
    "ESTARTUPMESSAGE": Refusal(
        "(ESTARTUPMESSAGE) Invalid startup message: :bad_startup_payload", "08P01"
    ),
    # Overload.
    "ECIRCUITBREAKER": Refusal(
        "(ECIRCUITBREAKER) too many authentication failures,"
        " new connections are temporarily blocked"
    ),
    "EMAXCONN": Refusal("(EMAXCONN) max client connections reached, limit: 200"),
    "EMAXCONNSESSION": Refusal(
        "(EMAXCONNSESSION) max clients reached in session mode"
        " - max clients are limited to pool_size: 15"
    ),
    "EMAXPOOLSREACHED": Refusal("(EMAXPOOLSREACHED) max pools count reached"),
    # Outage.
    "EAUTHQUERY outage": Refusal(
        "(EAUTHQUERY) authentication query failed: connection to database not available"
    ),
    "credentials": Refusal("(EAUTHQUERY) failed to retrieve database credentials"),
    "econnrefused": Refusal("Failed to connect to database: {:error, :econnrefused}", "08006"),
}
"""Said instead of a welcome; by the name that they go by."""

CHECKOUT_RETRIES = Refusal(
    "(ECHECKOUTRETRIES) failed to check out a connection after multiple retries"
)


def checkout_timeout(seconds: float) -> Refusal:
    """Say that all server connections were busy for so long."""
    return Refusal(
        "(ECHECKOUTTIMEOUT) unable to check out connection from the pool"
        f" after {seconds * 1000:.0f}ms in Transaction mode"
    )
