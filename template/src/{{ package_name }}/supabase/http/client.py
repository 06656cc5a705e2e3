"""The one HTTP client of this process: for the project's keys, and for whatever else it serves."""

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import cache
from typing import Annotated

import httpx
from fastapi import Depends
from starlette.requests import Request

TIMEOUT = httpx.Timeout(5, connect=2)
"""Seconds for each step of an exchange."""


@cache
def tls_context() -> ssl.SSLContext:
    """Read the system's authorities, once: that takes 30 ms."""
    return httpx.create_ssl_context()


@asynccontextmanager
async def open_http() -> AsyncGenerator[httpx.AsyncClient]:
    """Hold its connections for as long as the application runs; it follows no redirects."""
    async with httpx.AsyncClient(verify=tls_context(), timeout=TIMEOUT) as client:
        yield client


def http_client(request: Request) -> httpx.AsyncClient:
    """Return the application's HTTP client."""
    client: httpx.AsyncClient = request.state.http
    return client


HttpClient = Annotated[httpx.AsyncClient, Depends(http_client)]
"""The application's HTTP client, for a route that asks another service."""
