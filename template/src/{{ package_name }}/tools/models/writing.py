"""Files are written whole or not at all, and over others only when that is asked for."""

import difflib
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ..failure import Failure


def write(files: Mapping[Path, str], *, force: bool) -> list[Path]:
    """Write what is new or different, and return which; the differences go to stderr first.

    Raises:
        Failure: a file has other content and *force* is not said, or cannot be written; then
            everything is as it was.
    """
    before = {path: _read(path) for path in files}
    changed = {path: text for path, text in files.items() if before[path] != text}
    others = [path for path in changed if before[path] is not None]
    for path in others:
        old, new = before[path] or "", changed[path]
        lines = [each.splitlines(keepends=True) for each in (old, new)]
        name = str(path)
        sys.stderr.writelines(difflib.unified_diff(*lines, fromfile=name, tofile=f"{name}, new"))
    if others and not force:
        raise Failure(
            f"models: {_named(others)} would be written over: --force does it, as the difference"
            " above shows; nothing is written"
        )
    try:
        _replace(changed, before)
    except OSError as error:
        raise Failure(
            f"models: {error.filename or ''}: {error.strerror}; nothing is written"
        ) from error
    return [*changed]


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Failure(f"models: {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Failure(f"models: {path} is there, and is no text") from error


def _named(paths: list[Path]) -> str:
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"{paths[0]}{more}"


def _replace(files: Mapping[Path, str], before: Mapping[Path, str | None]) -> None:
    """Put all in place, or put back what was there: a reader sees each file old or new."""
    made = [folder for path in files for folder in _missing(path.parent)]
    staged: dict[Path, Path] = {}
    done: list[Path] = []
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            staged[path] = _stage(path, text)
        for path, temporary in staged.items():
            temporary.replace(path)
            done.append(path)
    except BaseException:
        for path in done:
            old = before[path]
            if old is None:
                path.unlink()
            else:
                _stage(path, old).replace(path)
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)
        for folder in sorted(set(made), reverse=True):
            with suppress(OSError):
                folder.rmdir()
        raise


def _missing(folder: Path) -> list[Path]:
    return [each for each in (folder, *folder.parents) if not each.exists()]


def _stage(path: Path, text: str) -> Path:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    temporary = Path(name)
    # Like any file that an editor makes: what is made for oneself alone stays so otherwise.
    umask = os.umask(0)
    os.umask(umask)
    temporary.chmod((path.stat().st_mode & 0o777) if path.exists() else 0o666 & ~umask)
    return temporary
