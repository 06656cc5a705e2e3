"""The service with routes that end in every way: `python -m ...http.ending_routes PORT`."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncGenerator

import uvicorn
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from my_supabase_service.main import create_app
from my_supabase_service.supabase.http.server.config import server_config

inner, outer = APIRouter(prefix="/inner"), APIRouter(prefix="/outer")


@inner.get("/{number}/cut")
async def cut(number: int) -> StreamingResponse:
    async def parts() -> AsyncGenerator[bytes]:
        yield b"a part"
        raise RuntimeError(f"no more of {number}")

    return StreamingResponse(parts())


@inner.get("/{number}/endless")
async def endless(number: int) -> StreamingResponse:
    async def parts() -> AsyncGenerator[bytes]:
        while True:
            yield b"x" * 1000 * number
            await asyncio.sleep(0.01)

    return StreamingResponse(parts())


@inner.get("/{number}/slow")
async def slow(number: int) -> int:
    await asyncio.sleep(0.7)
    return number


@inner.get("/{number}/slower")
async def slower(number: int) -> int:
    """Say when it begins, so that a client can leave before it ends."""
    logging.getLogger("app").warning("begun")
    await asyncio.sleep(2)
    return number


@inner.get("/{number}/fails")
async def fails(number: int) -> int:
    raise RuntimeError(f"a mistake of {number}")


if __name__ == "__main__":
    app = create_app()
    outer.include_router(inner)
    app.include_router(outer)
    uvicorn.Server(server_config(app, port=int(sys.argv[1]))).run()
