"""The one gate that every login of the process passes, whichever engine it is for.

A pooler locks everybody out who logs in wrongly too often, so nobody tries what somebody else is
trying: the first to need a connection logs in, whoever comes meanwhile waits. If that succeeds all
of them log in; if not they share its answer, and a refused login keeps everybody off for a while.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import asyncpg

from ...http.errors import Unavailable
from ..address import Address
from .refusals import NOT_COUNTED, Refusal, refusal_of

log = logging.getLogger(__name__)


class LoginGate:
    """Logs in at *address* for every engine of the process; *clock* gives seconds."""

    def __init__(self, address: Address, clock: Callable[[], float] = time.monotonic) -> None:
        self._host = address.url.host or ""
        self._port = address.url.port or 0
        self._clock = clock
        self._attempt: asyncio.Future[Refusal | None] | None = None
        self._refusal: Refusal | None = None
        self._refusals = 0
        self._held_until = 0.0

    async def connect(self, *arguments: Any, **keywords: Any) -> Any:
        """Return a new connection of the driver, which takes the arguments.

        Raises:
            Misconfigured: the settings are wrong; trying again helps nobody.
            Unavailable: the database is away or full, or its pooler is.
        """
        while (attempt := self._attempt) is not None:
            await asyncio.wait([attempt])
            if attempt.cancelled():
                continue  # whoever tried was given up: somebody else has to
            if refusal := attempt.result():
                raise refusal.problem()
            return await self._log_in(*arguments, **keywords)
        if self._refusal and self._clock() < self._held_until:
            raise self._refusal.problem()
        self._attempt = attempt = asyncio.get_running_loop().create_future()
        try:
            connection = await self._log_in(*arguments, **keywords)
        except Unavailable:
            attempt.set_result(self._refusal)
            raise
        else:
            attempt.set_result(None)
            return connection
        finally:
            attempt.cancel()
            self._attempt = None

    async def _log_in(self, *arguments: Any, **keywords: Any) -> Any:
        try:
            connection = await asyncpg.connect(*arguments, **keywords)
        except Exception as error:
            refusal = self._refusal = refusal_of(error, self._host, self._port)
            hold = refusal.holds[min(self._refusals, len(refusal.holds) - 1)]
            # What no pooler counts is no reason to hold off longer after the next refusal.
            self._refusals += refusal.holds != NOT_COUNTED
            self._held_until = self._clock() + hold
            level = logging.ERROR if refusal.is_mistake else logging.WARNING
            log.log(level, "no connection: %s (%s)", refusal.remedy, error or repr(error))
            raise refusal.problem() from error
        self._refusal, self._refusals = None, 0
        return connection
