"""What this service is made of, beside what every service has. Yours."""

from fastapi import FastAPI

from .notes.routes import router as notes
from .settings import Settings


def include(app: FastAPI, settings: Settings) -> None:
    """Add routers, middleware and exception handlers to the service.

    The service's own middleware is around yours. What lives as long as the service is opened by
    the `lifespan` of a router.
    """
    app.include_router(notes)
