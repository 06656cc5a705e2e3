"""A client's connection: a clock runs for what the client owes, be it the reading of an answer."""

import asyncio
import logging
import socket
from typing import cast
from weakref import proxy

from ..access_log import CONNECTION
from .incoming import Expects, Incoming
from .outbox import Outbox
from .refusals import TooSlow

KERNEL_BUFFER = 256 * 1024
"""Bytes that the kernel takes before it has sent them. By itself it takes megabytes, and tells
that some are gone only after a third: a slow reader would look like one that does not read."""

log = logging.getLogger(__name__)


class Connection(Incoming):
    """uvicorn's connection with limits, for `uvicorn.Config(http=Connection)`."""

    # The connection's life

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, and wait for the first request."""
        super().connection_made(transport)
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):  # Linux and macOS
            transport.get_extra_info("socket").setsockopt(
                socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, KERNEL_BUFFER
            )
        self.outbox = Outbox(transport, self.loop.time())
        self._is_answer_unread = False
        self._timer = self.loop.call_later(self.limits.tick, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """End, whoever ended it."""
        self._timer.cancel()
        self.outbox.drop()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Stop after the answers that are under way."""
        if self.is_deaf and self.closes_at is not None:
            self.transport.close()
        elif self.outbox.held and not self.is_answering():
            self.outbox.close()
        else:
            super().shutdown()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over, to another protocol with limits of its own."""
        self._timer.cancel()
        self.is_deaf = True
        super().handle_websocket_upgrade()

    # What the client reads

    def on_headers_complete(self) -> None:
        """Let the application answer, by way of the outbox."""
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            self.cycle.transport = cast("asyncio.Transport", self.outbox)
            cycle = proxy(self.cycle)  # which holds the scope, and would never be let go
            self.scope["extensions"] = {CONNECTION: {"is_lost": lambda: cycle.disconnected}}

    def pause_writing(self) -> None:
        """Hold what is written from now on."""
        super().pause_writing()
        self.outbox.pause()
        self._make_room()

    def resume_writing(self) -> None:
        """Go on with the answer, and then with the next request."""
        self.outbox.resume(self.loop.time())
        if self.outbox.is_full:
            return
        super().resume_writing()
        if self._is_answer_unread and not self.outbox.is_closing():
            self._is_answer_unread = False
            super().on_response_complete()

    def on_response_complete(self) -> None:
        """Begin the next request once this one's answer is nearly read.

        Else that request would hold a database connection until its client reads.
        """
        if self.expects is Expects.BODY and self.cycle.response_complete:
            self.closes_at = self.loop.time() + self.limits.linger
        self._is_answer_unread = self.flow.write_paused
        if self._is_answer_unread:
            self.flow.pause_reading()
        else:
            super().on_response_complete()

    def _make_room(self) -> None:
        """Drop the clients that have read nothing for the longest time, but never the only one."""
        readers = [
            each for each in self.connections if isinstance(each, Connection) and each.outbox.held
        ]
        readers.sort(key=lambda reader: reader.outbox.moved_at)
        held = sum(reader.outbox.held for reader in readers)
        for reader in readers[:-1]:
            if held <= self.limits.unread_bytes:
                return
            held -= reader.outbox.held
            reader.abort("leaves too much unread")

    def abort(self, reason: str) -> None:
        """Break the connection off, whatever waits to be sent."""
        log.info("%s:%d - %s", *(self.client or ("", 0)), reason)
        self.outbox.drop()
        self.transport.abort()

    # The clocks

    def _look(self) -> None:
        self._timer = self.loop.call_later(self.limits.tick, self._look)
        now = self.loop.time()
        if not self._owes_reading():
            self.outbox.moved_at = now
        if now - self.outbox.moved_at > self.limits.idle_reader:
            self.abort("does not read its answer")
        elif self.closes_at is not None and now > self.closes_at:
            self.transport.abort()
        elif not self.is_deaf:
            self._look_at_request(now)

    def _owes_reading(self) -> bool:
        """Tell whether something is to be read, and all of it: not while the application writes."""
        if self.flow.write_paused:
            return True
        is_written = self.transport.is_closing() or not self.is_answering()
        return is_written and self.transport.get_write_buffer_size() > 0

    def _look_at_request(self, now: float) -> None:
        waited = now - self.since
        if self.flow.read_paused:
            self.since, self.arrived = now, 0
        elif self.expects is Expects.HEADER and waited > self.limits.header_seconds:
            if self.unparsed:
                self.refuse(TooSlow())
            else:
                self.transport.close()
        elif self.expects is Expects.BODY and waited > self.limits.body_window:
            if (
                self.cycle.waiting_for_100_continue
                or self.arrived >= waited * self.limits.body_rate
            ):
                self.since, self.arrived = now, 0
            else:
                self.refuse(TooSlow())
