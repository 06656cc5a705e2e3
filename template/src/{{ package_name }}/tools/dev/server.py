"""The server that `dev` starts anew with each change.

It ends when its standard input does: whatever happens to `dev`, also `kill -9`, closes that pipe,
so no server is left on the port.
"""

import logging
import os
import sys
import threading

import uvicorn

from ...supabase.http.server.config import server_config

RELOAD_WITHIN = 2
"""Seconds that open requests have to end when the code changed."""


def serve(application: str, port: int) -> None:
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
    serve(sys.argv[1], int(sys.argv[2]))
