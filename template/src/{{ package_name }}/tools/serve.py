"""The `serve` command, and the server that `dev` starts anew with each change.

That one ends when its standard input does: whatever happens to `dev`, also `kill -9`, closes that
pipe, so no server is left on the port.
"""

import logging
import os
import sys
import threading
from contextlib import suppress

import uvicorn
from uvicorn.supervisors import Multiprocess

from ..supabase.http.server.config import server_config

RELOAD_WITHIN = 2
"""Seconds that open requests have to end when the code changed."""


def serve(application: str, host: str, port: int) -> None:
    """Serve the factory *application*, `module:function`, in WEB_CONCURRENCY processes or one.

    Raises:
        SystemExit: it did not start, and has said why.
    """
    config = server_config(application, host=host, port=port)
    with suppress(KeyboardInterrupt):  # which uvicorn raises again once it has stopped
        if config.workers > 1:
            Multiprocess(config, sockets=[config.bind_socket()]).run()
        else:
            uvicorn.Server(config).run()


def serve_for_dev(application: str, port: int) -> None:
    """Serve the factory *application* on loopback until standard input ends."""
    server = uvicorn.Server(server_config(application, port=port, stop_within=RELOAD_WITHIN))

    # That it starts and stops, `dev` tells; what goes wrong still shows.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)

    def stop_at_end_of_input() -> None:
        # Not `sys.stdin`, whose buffer a thread that reads would keep locked at exit.
        while os.read(0, 4096):
            pass
        server.should_exit = True

    threading.Thread(target=stop_at_end_of_input, daemon=True).start()
    server.run()


if __name__ == "__main__":
    serve_for_dev(sys.argv[1], int(sys.argv[2]))
