"""Ports for programs that are told where to listen, and that take a while until they do."""

from __future__ import annotations

import socket
from contextlib import suppress
from random import SystemRandom

PORTS = range(20_000, 30_000)
"""Below those that a kernel gives to whoever asks for any: it could give one away meanwhile."""


def free_port() -> int:
    """Return a port of this machine where nobody listens, and hardly anybody is going to."""
    while True:
        port = SystemRandom().choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
