"""Where the project is on this machine."""

import os
from pathlib import Path

from .failure import Failure


def enter_root() -> Path:
    """Change to the project's root, the nearest folder upwards that holds `migrations/`.

    Raises:
        Failure: this is no checkout, for example because only the wheel is installed.
    """
    here = Path.cwd()
    if root := find_root():
        return root
    raise Failure(f"{here} is not inside the project: run this in its checkout")


def find_root() -> Path | None:
    """Do the same; None, and no change, where there is no such folder."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "pyproject.toml").is_file() and (folder / "migrations").is_dir():
            os.chdir(folder)
            return folder
    return None
