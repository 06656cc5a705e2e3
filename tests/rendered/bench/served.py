"""The service with memos, as a process of its own: `python -m tests.rendered.bench.served PORT`."""

from __future__ import annotations

import sys

from fastapi import FastAPI
from tests.rendered.memos.routes import router

from my_supabase_service.main import create_app
from my_supabase_service.tools.serve import serve


def create() -> FastAPI:
    """Make the application, as the command does, with one feature more."""
    app = create_app()
    app.include_router(router)
    return app


if __name__ == "__main__":
    serve("tests.rendered.bench.served:create", "127.0.0.1", int(sys.argv[1]))
