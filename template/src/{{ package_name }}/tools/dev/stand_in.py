"""The local stand-in of Supabase as the commands meet it: a child, and its environment for ours."""

import json
import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager

from ..failure import Failure
from .children import run, running

LOOPBACK = "127.0.0.1"
PROJECT_VARIABLES = ("SUPABASE_", "DATABASE_", "MIGRATIONS_", "STORAGE_")
"""What may name a real project, or say how that one is set up."""

COMPLETE = {"ENV_FILE", "DATABASE_URL", "MIGRATIONS_DATABASE_URL", "SUPABASE_URL"}
"""Without one of them the settings would be read from `.env`."""

Process = subprocess.Popen[str]


@contextmanager
def stand_in() -> Generator[None]:
    """Be in the environment of the stand-in that runs, or of one that runs for as long as this.

    Raises:
        SystemExit: there is none to be had; the child has said why.
    """
    with running("-m", "local", "join", stdout=subprocess.PIPE) as local:
        enter(local)
        yield


def enter(local: Process) -> None:
    """Wait until the stand-in is ready, and take its environment for us and our children.

    Raises:
        SystemExit: the stand-in ended instead; it has said why.
        Failure: what it says is not all of it.
    """
    line = local.stdout.readline() if local.stdout else ""
    if not line:
        raise SystemExit(local.wait() or 1)
    environment: dict[str, str] = json.loads(line)
    if not environment.keys() >= COMPLETE:
        raise Failure("the local stand-in did not say where it is: stop `dev`, and try again")
    # Settings are read in any case of letters.
    for name in [name for name in os.environ if name.upper().startswith(PROJECT_VARIABLES)]:
        del os.environ[name]
    os.environ.update(environment)
    for name in ("NO_PROXY", "no_proxy"):  # a proxy of this shell's leads nowhere near here
        os.environ[name] = ",".join(filter(None, [os.environ.get(name), LOOPBACK]))


def sign_up() -> None:
    """Sign up the people of the stand-in that runs, and give the service's login its password.

    Raises:
        SystemExit: a migration that this needs is not there; the child has said so.
    """
    if run("-m", "local", "seed"):
        raise SystemExit(1)
