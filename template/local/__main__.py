"""`python -m local`: everything up, one line of JSON on stdout, everything down.

The line is the environment of the stand-in. It ends when its stdin is closed, so whoever holds the
other end of that pipe may be killed in any way and leaves nothing running.

`python -m local join` prints the line of the one that runs and ends, or runs until its stdin ends.
`python -m local seed` signs up the people while it runs, once the service's migrations are through;
`python -m local token [USER]` prints an access token, whether it runs or not.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

try:
    from dotenv import dotenv_values

    from .folder import is_claimed
    from .keys import read_keys
    from .people import PEOPLE, email_of, seed
    from .problem import Problem, Taken
    from .stand_in import stand_in
    from .tokens import access_token
except ModuleNotFoundError as missing:
    sys.exit(f"local: {missing.name} is not installed: run `uv sync`, which brings the dev group")


READY_WITHIN = 60
"""Seconds that a stand-in which somebody else starts has to get ready."""


def main() -> int:
    """Parse, run, and turn every problem into one line."""
    parser = argparse.ArgumentParser(prog="python -m local", description="A local Supabase.")
    parser.add_argument("--folder", type=Path, default=Path(".local"), help="where it keeps state")
    parser.add_argument("--fresh", action="store_true", help="drop the data first")
    parser.add_argument(
        "command", choices=["serve", "join", "seed", "token"], default="serve", nargs="?"
    )
    parser.add_argument("user", default="alice", nargs="?", help="for token: a name or a UUID")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    try:
        match arguments.command:
            case "join":
                join(folder)
            case "seed":
                asyncio.run(sign_up(folder))
            case "token":
                sys.stdout.write(token_of(folder, arguments.user) + "\n")
            case _:
                asyncio.run(serve(folder, fresh=arguments.fresh))
    except (Problem, OSError) as problem:
        sys.stderr.write(f"local: {problem}\n")
        return 1
    return 0


async def serve(folder: Path, *, fresh: bool) -> None:
    """Run the stand-in until its stdin ends, a signal says so, or a service dies."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()

    def end(problem: Problem | None = None) -> None:
        if ended.done():
            return
        if problem:
            ended.set_exception(problem)
        else:
            ended.set_result(None)

    def end_from_outside(*_: object) -> None:
        with suppress(RuntimeError):  # the loop is closed: it has ended already
            loop.call_soon_threadsafe(end)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end_from_outside)
    threading.Thread(target=_call_at_end_of_stdin, args=[end_from_outside], daemon=True).start()

    async with stand_in(folder, fresh=fresh, on_death=end) as environment:
        sys.stdout.write(json.dumps(environment) + "\n")
        sys.stdout.flush()
        await ended


def join(folder: Path) -> None:
    """Tell the environment of the stand-in that runs in *folder*, once it is up, or run one.

    Raises:
        Problem: somebody else starts one there, which never gets ready.
    """
    give_up = time.monotonic() + READY_WITHIN
    while time.monotonic() < give_up:
        try:
            asyncio.run(serve(folder, fresh=False))
        except Taken:
            while is_claimed(folder) and time.monotonic() < give_up:
                if environment := dotenv_values(folder / "env"):
                    sys.stdout.write(json.dumps(environment) + "\n")
                    return
                time.sleep(0.1)
        else:
            return
    raise Problem(f"the stand-in that starts in {folder} does not get ready: stop it first")


async def sign_up(folder: Path) -> None:
    """Seed the stand-in that runs in *folder*, after the service's migrations."""
    await seed(known(folder, "MIGRATIONS_DATABASE_URL"), read_keys(folder).login_password)


def token_of(folder: Path, user: str) -> str:
    """Return an access token of the stand-in in *folder* for somebody by name or UUID.

    Raises:
        Problem: there is no stand-in yet, or nobody of that name.
    """
    keys = read_keys(folder)
    url = known(folder, "SUPABASE_URL")
    if user in PEOPLE:
        return access_token(keys, url, PEOPLE[user], email=email_of(user))
    try:
        return access_token(keys, url, UUID(user))
    except ValueError:
        raise Problem(f"{user} is neither {' nor '.join(PEOPLE)}, nor a UUID") from None


def known(folder: Path, name: str) -> str:
    """Return one value of the environment that the stand-in in *folder* gave last."""
    value = dotenv_values(folder / "env").get(name)
    if not value:
        raise Problem(f"there is no stand-in in {folder} yet: start `dev` first")
    return value


def _call_at_end_of_stdin(callback: Callable[[], None]) -> None:
    # Not sys.stdin: its buffer is locked while a thread reads, and Python aborts on that at exit.
    with suppress(OSError):
        while os.read(0, 4096):
            pass
    callback()


if __name__ == "__main__":
    sys.exit(main())
