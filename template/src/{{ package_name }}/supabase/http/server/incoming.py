"""What a client sends: counted before it is parsed.

uvicorn's parser, llhttp, bounds nothing: each piece of a header is appended to the ones before, so
that 50 MB stop the process for seconds. What is not handed on as a part of a body counts here:
a request line, header fields, the framing of chunks with their extensions, trailers.
"""

import asyncio
from enum import Enum, auto
from typing import ClassVar, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from ..errors import Problem
from .limits import Limits
from .refusals import HeaderTooLarge, Malformed, TargetTooLong, written

PIECE = 64 * 1024
"""Bytes that are parsed at a time; what is over a limit is noticed between two pieces."""


class OverLimit(Exception):
    """Ends the parsing; it has no other way to stop in the middle of a piece."""


class Expects(Enum):
    """What the client has to send."""

    NOTHING = auto()
    HEADER = auto()
    BODY = auto()


class Incoming(HttpToolsProtocol):
    """The reading half of a connection."""

    limits: ClassVar[Limits] = Limits()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self.expect(Expects.HEADER)
        self.closes_at: float | None = None
        """When what the client still sends is no longer read."""
        self.is_deaf = False
        """Whether that is thrown away."""
        self._refusal: Problem | None = None
        self._fields = self._field_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Parse what came, up to a limit."""
        self._unset_keepalive_if_required()
        for begin in range(0, len(data), PIECE):
            if self.is_deaf:
                return
            self._parse(data[begin : begin + PIECE])

    def _parse(self, piece: bytes) -> None:
        if self.expects is Expects.NOTHING:
            self.expect(Expects.HEADER)
        self.unparsed += len(piece)
        try:
            cast("httptools.HttpRequestParser", self.parser).feed_data(piece)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
            else:
                # RFC 9110, section 7.8: to ignore it is allowed. What follows may be no HTTP.
                self._close_after_answers()
        except httptools.HttpParserError:
            self.refuse(self._refusal or Malformed())
        else:
            if self.unparsed > self.limits.header_bytes:
                self.refuse(HeaderTooLarge())

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._fields = self._field_bytes = 0
        if self.expects is Expects.NOTHING:
            self.expect(Expects.HEADER)
        if len(self.pipeline) >= self.limits.pipelined:
            raise OverLimit

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        super().on_url(url)
        if len(self.url) > self.limits.target_bytes:
            raise self._over(TargetTooLong())

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field; a trailer is dropped."""
        self._fields += 1
        self._field_bytes += len(name) + len(value) + len(": \r\n")
        if self._fields > self.limits.header_fields or self._field_bytes > self.limits.header_bytes:
            raise self._over(HeaderTooLarge())
        # RFC 9110, section 6.5.1: a trailer is not merged into a header that was acted on already.
        if self.expects is Expects.HEADER:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Let the application answer."""
        super().on_headers_complete()
        self.expect(Expects.BODY)

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self.unparsed = 0
        self.arrived += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Begin no clock: the client owes nothing."""
        self.expect(Expects.NOTHING)
        self.closes_at = None
        super().on_message_complete()

    def expect(self, what: Expects) -> None:
        """Begin to wait for *what*."""
        self.expects = what
        self.since = self.loop.time()
        self.unparsed = 0
        """Bytes since then, or since the last part of a body, that the parser did not hand on."""
        self.arrived = 0
        """Bytes of the body since then."""

    def is_answering(self) -> bool:
        """Tell whether the application has still to answer, or to end its answer."""
        # uvicorn's annotation leaves out that there is none before the first request.
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is not None and not cycle.response_complete

    def _over(self, problem: Problem) -> OverLimit:
        self._refusal = problem
        return OverLimit()

    def _close_after_answers(self) -> None:
        """Read no more requests; uvicorn closes after the last answer."""
        self.is_deaf = True
        self.cycle.keep_alive = False

    def refuse(self, problem: Problem) -> None:
        """Answer with *problem*, unless its place is taken: then only close."""
        cycle, self.is_deaf = self.cycle, True
        is_body = self.expects is Expects.BODY
        if self.is_answering() and not is_body:
            self._close_after_answers()
            return
        if self.is_answering():
            cycle.disconnected = True
            cycle.message_event.set()
        if is_body and (cycle.response_started or self.pipeline):
            self.transport.close()
            return
        self.transport.write(written(problem, self.client, self.server_state.default_headers))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.closes_at = self.loop.time() + self.limits.linger
