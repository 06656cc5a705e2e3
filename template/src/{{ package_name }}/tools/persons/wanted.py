"""Which claims of an access token a policy asks for. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any

READ = re.compile(
    r"(?:\bjwt\(\)(?: AS \"?\w+\"?)?|request\.jwt\.claims'[^-#;[]*?)"
    r"((?:[\s)]*(?:->>?|#>>?|\[)\s*'(?:[^']|'')*'(?:::text(?:\[\])?)?\]?)+)",
    re.IGNORECASE,
)
"""The claims as a whole, and the keys that are asked of them, as written or as Postgres prints."""
STEP = re.compile(r"(->>?|#>>?|\[)\s*'((?:[^']|'')*)'")
NAMED = re.compile(r"\bauth\.(role|email)\(\)")

MISSING = object()


def wanted(text: str) -> list[tuple[str, ...]]:
    """Return the paths of the claims that *text* reads: `("app_metadata", "role")`."""
    paths = [tuple(_path(steps)) for steps in READ.findall(text)]
    paths += [(name,) for name in NAMED.findall(text)]
    return list(dict.fromkeys(path for path in paths if path and path != ("sub",)))


def _path(steps: str) -> list[str]:
    keys: list[str] = []
    for operator, key in STEP.findall(steps):
        plain = key.replace("''", "'")
        keys += plain.strip("{}").split(",") if operator.startswith("#") else [plain]
    return [key.strip() for key in keys]


def told(path: tuple[str, ...], claims: Mapping[str, Any]) -> str:
    """Say what *claims* have at *path*."""
    found: Any = claims
    for key in path:
        found = found.get(key, MISSING) if isinstance(found, Mapping) else MISSING  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    name = ".".join(path)
    if found is MISSING:
        return f"{name}, which the token lacks"
    return f"{name}, which is {json.dumps(found, ensure_ascii=False)} in the token"
