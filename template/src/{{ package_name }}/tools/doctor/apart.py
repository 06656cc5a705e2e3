"""Blocking calls on threads of their own: a silent resolver holds no exit up."""

import asyncio
import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


async def apart(function: Callable[..., T], *arguments: Any) -> T:
    """Return what *function* returns, called on a thread of its own."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(settled: Callable[[], None]) -> None:
        def once() -> None:
            if not future.done():
                settled()

        try:
            loop.call_soon_threadsafe(once)
        except RuntimeError:  # the loop is closed: who asked has gone
            return

    def work() -> None:
        try:
            result = function(*arguments)
        except Exception as error:  # noqa: BLE001  # raised again where it is waited for
            failure = error
            settle(lambda: future.set_exception(failure))
        else:
            settle(lambda: future.set_result(result))

    threading.Thread(target=work, daemon=True).start()
    return await future


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose end waits for no resolver: names are looked up apart."""

    async def getaddrinfo(self, host: Any, port: Any, **options: Any) -> Any:
        """Look *host* up."""
        return await apart(partial(socket.getaddrinfo, host, port, **options))
