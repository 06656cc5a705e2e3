"""What one client may send, hold and leave: the one place with these numbers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may do. No deployment needs others than these; a test does, to be quick."""

    target_bytes: int = 16 * 1024
    """The path and query of a request. RFC 9112, section 3, asks for 8,000 at least."""
    header_bytes: int = 64 * 1024
    """All header fields and trailers, or the framing between two parts of a body. An access token
    has a few KiB, and the proxies of most platforms let through no more than this."""
    header_fields: int = 100
    """How many fields; each read of one looks through all of them."""
    pipelined: int = 50
    """Requests that wait on one connection for the answer to an earlier one."""
    header_seconds: float = 10
    """For a whole header, from its first byte; for that byte on a new connection."""
    body_window: float = 20
    """Seconds in which a body brings at least `body_rate` a second, as Apache's mod_reqtimeout has
    it; what the service itself is too slow to read does not count."""
    body_rate: int = 500
    """Bytes a second."""
    idle_reader: float = 30
    """Seconds in which a client that has answers to read takes some of them."""
    unread_bytes: int = 64 * 1024 * 1024
    """What all clients together may leave unread: the idlest are dropped above that."""
    linger: float = 10
    """Seconds that what a refused client still sends is thrown away: a connection that is closed
    at once is reset, and the client never reads why."""
    tick: float = 1
    """Seconds between two looks at the clocks."""
