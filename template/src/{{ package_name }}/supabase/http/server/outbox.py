"""What a connection has yet to send: handed to the socket in slices, counted, and droppable.

A transport that is given 40 MB at once keeps all of it until the last byte is read.
"""

import asyncio
from collections import deque

SLICE = 64 * 1024
"""Bytes that the transport is given at a time; it asks for a pause when it holds more than that."""


class Outbox:
    """Stands before a *transport*: writes in order, and closes it once everything is written."""

    def __init__(self, transport: asyncio.Transport, now: float) -> None:
        self.transport = transport
        self.moved_at = now
        """When the client last took something, or had nothing to take."""
        self._waiting: deque[memoryview] = deque()
        self.is_full = False
        self._is_closing = False

    @property
    def held(self) -> int:
        """Bytes of the answers that wait: each counts whole until its last slice is handed on."""
        return sum(memoryview(view.obj).nbytes for view in self._waiting)

    def write(self, data: bytes) -> None:
        """Send *data* now or when the transport has room."""
        if len(data) <= SLICE and not self._waiting:
            self.transport.write(data)
        else:
            self._waiting.append(memoryview(data))
            self._hand_on()

    def pause(self) -> None:
        """Hold what is written from now on: the transport is full."""
        self.is_full = True

    def resume(self, now: float) -> None:
        """Hand on what waits, until the transport is full again."""
        self.is_full = False
        self.moved_at = now
        self._hand_on()

    def close(self) -> None:
        """Close the transport after what waits was sent."""
        self._is_closing = True
        if not self._waiting:
            self.transport.close()

    def is_closing(self) -> bool:
        """Tell whether nothing more may be written."""
        return self._is_closing or self.transport.is_closing()

    def drop(self) -> None:
        """Forget what waits."""
        self._waiting.clear()

    def _hand_on(self) -> None:
        while self._waiting and not self.is_full:
            view = self._waiting[0]
            if len(view) > SLICE:
                self._waiting[0] = view[SLICE:]
            else:
                self._waiting.popleft()
            # A copy, so that what was sent is freed while the rest waits.
            self.transport.write(bytes(view[:SLICE]))
        if self._is_closing and not self._waiting:
            # Later: asyncio would end a transport twice that is closed while it resumes.
            asyncio.get_running_loop().call_soon(self.transport.close)
