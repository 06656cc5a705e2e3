"""What the template's changelog says of the versions between two. Pure."""

import re

from .versions import Version, version_of


def between(changelog: str, older: Version | None, newer: Version | None) -> str:
    """Return the sections after *older*, up to *newer*; a section begins with `## v1.2.0`."""
    sections = re.split(r"^(?=## )", changelog, flags=re.MULTILINE)
    return "".join(part for part in sections if _is_between(part, older, newer)).strip()


def _is_between(section: str, older: Version | None, newer: Version | None) -> bool:
    title = re.match(r"## \[?(\S+?)\]?(?:\s|$)", section)
    version = version_of(title[1]) if title else None
    if version is None or newer is None:
        return False
    return (older is None or older < version) and version <= newer
