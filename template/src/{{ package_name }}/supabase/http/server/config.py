"""How uvicorn is run: the same way deployed, in `dev` and in tests."""

from typing import Any

import uvicorn

from .connection import Connection

STOP_WITHIN = 7
"""Seconds that open requests have to end: platforms kill after 10, and the pool is closed too."""


def server_config(
    application: Any,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    stop_within: int = STOP_WITHIN,
    connection: type[Connection] = Connection,
) -> uvicorn.Config:
    """Configure uvicorn for *application*, or for the factory of that name, `module:function`."""
    return uvicorn.Config(
        application,
        factory=isinstance(application, str),
        host=host,
        port=port,
        http=connection,
        ws="none",  # no route speaks it; "auto" lets one do so
        log_config=None,  # the application configures it, for the server too
        access_log=False,  # the application writes one, which knows the route and the user
        proxy_headers=False,  # TRUSTED_PROXIES says whose are believed; uvicorn has a variable too
        timeout_graceful_shutdown=stop_within,
    )
