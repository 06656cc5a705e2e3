"""What an object and a bucket may be called."""

import re

from .errors import invalid_bucket_name, invalid_key

# ASCII only: letters with accents have other bytes on other systems.
KEY = re.compile(r"[A-Za-z0-9_/!\-.*'() &$@=;:+,?]+")
LONGEST = 1024
"""Bytes of a key, as S3 has it."""

BUCKET = re.compile(r"[A-Za-z0-9_!\-.*'() &$@=;:+,?]{1,100}")


def check_key(key: str) -> None:
    """Refuse what no object may be called; `//` may well be part of it.

    Raises:
        StorageError: it is not one.
    """
    goes_up = not {".", ".."}.isdisjoint(key.split("/"))
    if not KEY.fullmatch(key) or len(key) > LONGEST or goes_up:
        raise invalid_key(key)


def check_bucket_name(name: str) -> None:
    """Refuse what no bucket may be called.

    Raises:
        StorageError: it is not one.
    """
    if not BUCKET.fullmatch(name):
        raise invalid_bucket_name()
