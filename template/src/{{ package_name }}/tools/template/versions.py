"""The order of releases, by PEP 440. Pure."""

import re
from collections.abc import Iterable

Version = tuple[int, tuple[int, ...], int]
"""Epoch, release without trailing zeros, post-release: compares as PEP 440 says."""

_RELEASE = re.compile(r"v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:\.?post(\d+))?", re.IGNORECASE)


def version_of(tag: str) -> Version | None:
    """Return the version that *tag* names; None for a pre-release, and for what is no version."""
    if not (match := _RELEASE.fullmatch(tag)):
        return None
    numbers = re.sub(r"(?:\.0+)+$", "", match[2]).split(".")
    return int(match[1] or 0), tuple(map(int, numbers)), int(match[3] or -1)


def newest_of(tags: Iterable[str]) -> str | None:
    """Return the tag of the newest release, if there is one."""
    versions = {tag: version for tag in tags if (version := version_of(tag))}
    return max(versions, key=lambda tag: versions[tag], default=None)
