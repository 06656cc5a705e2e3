"""The `serve` command."""

from contextlib import suppress

import uvicorn
from uvicorn.supervisors import Multiprocess

from ..supabase.http.server.config import server_config


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
