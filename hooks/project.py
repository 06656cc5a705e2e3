"""The project under update: as its owner left it, as it is now, and as its old version was.

The owner's state is HEAD, since Copier updates only what is committed. The old version is rendered
once more, with the owner's answers and by the same Copier: it is the base of every merge, also of
a file that is Jinja.
"""

import re
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from hooks.failure import Failure
from hooks.git import committed, git, listed, present


class Step(Protocol):
    """One thing to do; a second run of it does and says nothing that was done before."""

    def run(self, project: "Project") -> Iterator[str]:
        """Do it unless the run is dry, and yield one sentence for each thing done or left."""
        ...


@dataclass
class Project:
    """A folder with a service in it, somewhere in a Git repository."""

    root: Path
    template: Path
    scratch: Path
    answers_file: str = ".copier-answers.yml"
    dry: bool = False
    later: Sequence[Step] = field(default_factory=tuple[Step, ...])
    """The steps of later versions that the same template has: a file may move twice."""

    def committed(self, path: str) -> bytes | None:
        """Return what its owner had at *path*, with the line ends of the commit."""
        return committed(self.root, path)

    def committed_files(self, path: str = ".") -> list[str]:
        """Return the files that its owner had at and below *path*."""
        return listed(self.root, path)

    def present_files(self) -> list[str]:
        """Return the files that are here now, without those that Git ignores."""
        return present(self.root)

    @cached_property
    def answers(self) -> dict[str, str]:
        """The answers before the update, the words and flags among them, as text."""
        content = (self.committed(self.answers_file) or b"").decode()
        rows = re.findall(r"^(\w+): *(.*?) *$", content, re.MULTILINE)
        return {name: value.strip("'\"") for name, value in rows}

    def place(self, path: str) -> str:
        """Return where a path of the template's tree is in this project."""
        return path.replace("{{ package_name }}", self.answers["package_name"])

    @cached_property
    def is_updated(self) -> bool:
        """Whether the new version has been rendered here and is not committed."""
        here = (self.root / self.answers_file).read_bytes().decode().splitlines()
        then = (self.committed(self.answers_file) or b"").decode().splitlines()
        return here != then

    def base(self, path: str) -> bytes | None:
        """Return what the old version rendered at *path*, with LF as its line ends."""
        file = self.old_render / path
        return lf(file.read_bytes()) if file.is_file() else None

    def base_files(self, path: str) -> list[str]:
        """Return the files that the old version rendered at and below *path*."""
        top = self.old_render / path
        files = [top] if top.is_file() else sorted(top.rglob("*"))
        return [f.relative_to(self.old_render).as_posix() for f in files if f.is_file()]

    @cached_property
    def old_render(self) -> Path:
        """The folder with the old version, rendered with the answers before the update."""
        source, made = self.scratch / "template", self.scratch / "rendered"
        commit, index = self.answers.get("_commit", ""), self.scratch / "index"
        git(self.template, "read-tree", f"{commit}^{{commit}}", index=index)
        git(self.template, "checkout-index", "--all", f"--prefix={source}/", index=index)
        answers = self.scratch / "answers.yml"
        answers.write_bytes(self.committed(self.answers_file) or b"")
        copy = ("copier", "copy", "--quiet", "--defaults", f"--data-file={answers}")
        done = subprocess.run(
            [sys.executable, "-m", *copy, str(source), str(made)],
            cwd=self.scratch,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            told = done.stderr.decode(errors="replace").strip()
            raise Failure(f"The version {commit} could not be rendered again: {told}")
        return made


def rendered_name(path: str) -> None:
    """Refuse a path that no project has: it would be looked for in vain, and nobody told."""
    if path.endswith(".jinja") or path.startswith(("template/", "/", "..")):
        raise ValueError(f"{path} is no path in a project: leave out template/ and .jinja")


def lf(content: bytes) -> bytes:
    """Return *content* with the line ends that Git stores."""
    return content.replace(b"\r\n", b"\n")


@contextmanager
def opened(
    root: Path, template: Path, answers_file: str, *, dry: bool
) -> Generator[Project, None, None]:
    """Give the project in *root*, or say in one sentence why there is none."""
    try:
        git(root, "rev-parse", "--verify", "HEAD^{commit}")
    except Failure:
        raise Failure(f"{root} is in no Git repository that has a commit.") from None
    # Copier's folders end with its run; what is rendered for a look ends with this one.
    with TemporaryDirectory(prefix="hooks.", ignore_cleanup_errors=True) as scratch:
        project = Project(root, template, Path(scratch), answers_file, dry=dry)
        if not (root / answers_file).is_file() or "_commit" not in project.answers:
            raise Failure(f"{root} has no committed {answers_file}: it was not made by Copier.")
        yield project
