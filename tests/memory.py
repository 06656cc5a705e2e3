"""What tests inside projects write, the files of Postgres above all, is in memory if it fits."""

import os
import shutil
from collections.abc import Generator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

MEMORY, ENOUGH = Path("/dev/shm"), 8 * 1024**3  # noqa: S108  # each process has a folder there


@pytest.fixture(scope="session", autouse=True)
def _in_memory() -> Generator[None]:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    """A database is copied there in an eighth of the time, and nothing of it is looked at later."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ENOUGH:
        yield
        return
    with TemporaryDirectory(prefix="tests-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PgBouncer runs as nobody
        os.environ["PYTEST_DEBUG_TEMPROOT"] = folder
        yield
