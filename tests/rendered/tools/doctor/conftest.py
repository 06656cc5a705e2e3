"""What the doctor says of an environment, and a resolver that knows other hosts."""

from __future__ import annotations

import errno
import os
import socket
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread
from tests.rendered.bench.ports import free_port
from tests.rendered.bench.supavisor import Supavisor, supavisor
from tests.rendered.shape import HAS_STORAGE, NOT_COLLECTED
from tests.rendered.tools.doctor.produced import Produced, record
from tests.rendered.tools.doctor.said import Said
from tests.rendered.tools.doctor.through import POOLER

from my_supabase_service.tools.doctor.doctor import doctor

SETTINGS = "my_supabase_service.settings"
MORE: Any = import_module("my_supabase_service.tools.doctor.storage").STORAGE if HAS_STORAGE else ()
Look = Callable[..., Awaitable[Said]]
Hosts = dict[str, tuple[str, int] | OSError | float]


FOLDER = Path(__file__).parent
LAST = FOLDER / "test_every_finding.py"
"""Looks at what all the others have seen."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the last one last, and only where all the others run."""
    last = [item for item in items if item.path == LAST]
    others = [item for item in items if item.path != LAST]
    elsewhere = {Path(path).name for path in NOT_COLLECTED}
    every = {path for path in FOLDER.glob("test_*.py") if path.name not in elsewhere}
    if every <= {item.path for item in items}:
        items[:] = [*others, *last]
    else:
        items[:] = others
        config.hook.pytest_deselected(items=last)


@pytest.fixture(scope="session", autouse=True)
def produced() -> Generator[Produced]:
    """What the doctor has said in this run so far."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield record(monkeypatch)


@pytest.fixture
def environment(
    stand_in: dict[str, str], database_url: str, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """What a healthy `.env` says, for the database of this test."""
    monkeypatch.delenv("SUPABASE_PUBLISHABLE_KEY", raising=False)
    return {
        **{name: value for name, value in stand_in.items() if name.startswith("SUPABASE_")},
        "DATABASE_URL": database_url,
        "DATABASE_POOLING_MODE": "direct",
        "MIGRATIONS_DATABASE_URL": owner_url,
        "ENV_FILE": os.devnull,
    }


@pytest.fixture
def look(root: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Look:
    """Let the doctor look at the healthy environment, but for what a test changes."""

    async def look(root: Path | None = root, **changed: str | None) -> Said:
        for name, value in {**environment, **changed}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        return Said(await to_thread.run_sync(partial(doctor, root, SETTINGS, MORE)))

    return look


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> Hosts:
    """Who is where, by name: an address and a port of this machine, or an error.

    Or seconds: that long the resolver is silent, and then knows nothing.
    """
    known: Hosts = {}
    look_up = socket.getaddrinfo

    def resolve(host: Any, port: Any, *rest: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        found = known.get(f"{name}:{port}", known.get(name))
        if isinstance(found, OSError):
            raise found
        if isinstance(found, float):
            time.sleep(found)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        if found is None and name.endswith((".supabase.co", ".supabase.com")):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        place = found if isinstance(found, tuple) else (host, port)
        return look_up(*place, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)  # it would resolve names by itself
    return known


@pytest.fixture
async def pooler(owner_url: str, hosts: Hosts) -> AsyncGenerator[Supavisor]:
    async with supavisor(owner_url) as pooler:
        hosts[POOLER] = ("127.0.0.1", pooler.port)
        yield pooler


@pytest.fixture
def closed_port() -> int:
    """Where nothing listens."""
    return free_port()


@contextmanager
def swallowing(family: socket.AddressFamily, host: str) -> Generator[int]:
    """A port that swallows whoever knocks: its queue is full, so the kernel answers nobody."""
    with socket.socket(family) as listener:
        listener.bind((host, 0))
        listener.listen(0)
        waiting = [socket.socket(family) for _ in range(4)]
        for each in waiting:
            each.settimeout(0)
            assert each.connect_ex(listener.getsockname()) in {0, errno.EINPROGRESS}
        yield listener.getsockname()[1]
        for each in waiting:
            each.close()


@pytest.fixture
def black_hole() -> Generator[int]:
    with swallowing(socket.AF_INET, "127.0.0.1") as port:
        yield port


@pytest.fixture
def black_hole_of_ipv6() -> Generator[int]:
    with swallowing(socket.AF_INET6, "::1") as port:
        yield port
