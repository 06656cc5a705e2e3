"""The steps for which an update asks for `--trust`: programs of the template's, run in the project.

Copier asks by `_migrations` alone, and does not look at the conditions of a step. Pure.
"""

from typing import Any

import yaml

from .versions import Version, version_of

Step = str | list[str] | dict[str, Any]
"""A command alone, or with the version that brought it."""


def steps_between(configuration: str, older: Version | None, newer: Version | None) -> list[str]:
    """Return the commands that *configuration*, a `copier.yml`, has for this update."""
    parsed: dict[str, Any] = yaml.safe_load(configuration) or {}
    steps: list[Step] = parsed.get("_migrations") or []
    return [_command(step) for step in steps if _is_due(step, older, newer)]


def _is_due(step: Step, older: Version | None, newer: Version | None) -> bool:
    version = version_of(str(step.get("version", ""))) if isinstance(step, dict) else None
    if version is None or newer is None:  # a step of each update, or who knows
        return True
    return (older is None or older < version) and version <= newer


def _command(step: Step) -> str:
    command: str | list[str] = step["command"] if isinstance(step, dict) else step
    return command if isinstance(command, str) else " ".join(command)
