"""Slots that are held for long, of which one user never has more than a share.

Whoever reads slowly holds a slot for minutes. Without shares one user's readers held them all.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from weakref import WeakValueDictionary

from .errors import Unavailable


class Shares:
    """*total* slots, of which each owner has at most *each*; first come, first served."""

    def __init__(self, total: int, each: int, *, timeout: float = 0, retry_after: int = 1) -> None:
        self._total = asyncio.Semaphore(total)
        self._each = each
        self._timeout = timeout
        self._retry_after = retry_after
        # An owner is forgotten as soon as nothing holds or awaits a slot of theirs.
        self._owned: WeakValueDictionary[object, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def slot(self, owner: object, refusal: str) -> AsyncGenerator[None]:
        """Hold a slot for *owner*, who waits up to the timeout for it, in seconds.

        Raises:
            Unavailable: there is none; *refusal* tells the client.
        """
        owned = self._owned.setdefault(owner, asyncio.Semaphore(self._each))
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout(self._timeout):
                    # Their own first: who has no share left does not queue before others.
                    await held.enter_async_context(owned)
                    await held.enter_async_context(self._total)
            except TimeoutError:
                raise Unavailable(refusal, self._retry_after) from None
            yield
