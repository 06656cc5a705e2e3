"""A version of the template with the answers of this project: all but what is the project's own."""

from pathlib import Path
from shutil import copyfile

from ..failure import Failure
from .answers import NAME
from .clone import Clone
from .programs import copier


def render(template: Clone, version: str, root: Path, into: Path) -> Path:
    """Render *version* into a new folder, beside the answers of the project in *root*.

    What is rendered once is left out where there are answers and a lock already: so the rows in
    the template's `copier.yml` say what that is, and nothing here.

    Raises:
        Failure: Copier could not, for example because a new question has no default.
    """
    into.mkdir()
    copyfile(root / NAME, into / NAME)
    lock = into / "uv.lock"
    lock.touch()
    how = ("copy", "--quiet", "--defaults", "--overwrite", "--vcs-ref", version)
    ended = copier(*how, str(template.folder), str(into), temporary=into.parent)
    if not ended.is_well:
        raise Failure(f"Copier could not render {version} with your answers: {ended.complaint}")
    lock.unlink()
    return into
