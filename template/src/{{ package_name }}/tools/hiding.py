"""Whatever a server says back of the secrets that it was told, a command does not print it."""

import sys
import traceback
from collections.abc import Generator, Iterable
from contextlib import contextmanager, redirect_stderr
from typing import Any, TextIO, cast

from ..supabase.database.secrets import Secrets, secrets_of
from ..supabase.database.settings import DatabaseSettings
from .failure import Failure


class Hiding:
    """A stream without the secrets in what is written to it."""

    def __init__(self, stream: TextIO, secrets: Secrets) -> None:
        self._stream = stream
        self._secrets = secrets

    def write(self, text: str) -> int:
        """Write *text* with asterisks for each of them."""
        self._stream.write(self._secrets.hide(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of them so."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        """Be the stream in all else."""
        return getattr(self._stream, name)


@contextmanager
def hiding(settings: DatabaseSettings) -> Generator[Secrets]:
    """Hide the secrets of *settings* on stderr meanwhile: in progress, notes, the log.

    And in the error that ends it: one that holds a secret, in its own words or in those of an error
    before it, becomes a failure without.

    Raises:
        Failure: instead of such an error.
    """
    secrets = secrets_of(settings)
    with redirect_stderr(cast("TextIO", Hiding(sys.stderr, secrets))):
        try:
            yield secrets
        except Exception as error:
            whole = "".join(traceback.format_exception(error))
            if secrets.hide(whole) == whole:
                raise
            said = str(error) if isinstance(error, Failure) else whole.rstrip()
            raise Failure(secrets.hide(said)) from None
