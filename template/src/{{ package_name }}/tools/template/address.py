"""From the source in the answers to what Git can clone, and what a terminal may show of it."""

import re
from pathlib import Path

from ..failure import Failure
from .answers import NAME

HOSTS = {"gh": "https://github.com", "gl": "https://gitlab.com"}
"""What Copier writes short."""

_URL = re.compile(r"[\w+.-]+://|(?:[\w.-]+@)?[\w.-]{2,}:(?!//)")
_CREDENTIALS = re.compile(r"(?<=://)[^/\s]*@")


def address_of(source: str) -> str:
    """Return what Git calls *source*.

    Raises:
        Failure: it is a folder that is not there, or is another one for each of us.
    """
    if short := re.fullmatch(r"(gh|gl):/?(.+?)(?:\.git)?", source):
        return f"{HOSTS[short[1]]}/{short[2]}.git"
    source = source.removeprefix("git+")
    if _URL.match(source):
        return source
    folder = Path(source).expanduser()
    if not folder.is_absolute():
        raise Failure(
            f"the template is at {source}, which is another folder on each machine: set _src_path"
            f" in {NAME} to an absolute path or to the address of a Git repository, and commit it"
        )
    if not folder.exists():
        raise Failure(
            f"the template is no longer at {source}: set _src_path in {NAME} to where it is now,"
            " an absolute path or the address of a Git repository, and commit it"
        )
    return str(folder)


def without_credentials(text: str) -> str:
    """Return *text* with three asterisks for each user, password or token in an address."""
    return _CREDENTIALS.sub("***@", text)
