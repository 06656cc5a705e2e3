"""A setting got another name: renamed in `.env.example`, and told wherever else it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hooks.project import Project

EXAMPLE = ".env.example"


@dataclass(frozen=True)
class Setting:
    """The variable *old* is read as *new* from this version on."""

    old: str
    new: str

    def run(self, project: Project) -> Iterator[str]:
        """Rename it in the example, and name every other file that has the old one.

        No value is printed, and no file that may hold a secret is written.
        """
        new = final_name(self.new, project)
        example = project.root / EXAMPLE
        if example.is_file():
            yield from self._rename(example, new, dry=project.dry)
        environments = sorted(
            path.name
            for path in project.root.glob(".env*")
            if path.is_file() and path.name != EXAMPLE and self._is_set_in(path)
        )
        for name in environments:
            yield f"{name} sets {self.old}, which is {new} now: rename it there."
        for name in project.present_files():
            if name not in {EXAMPLE, *environments} and self._is_named_by_owner(project, name):
                yield f"{name} names {self.old}, which is {new} now: rename it there."

    def _rename(self, example: Path, new: str, *, dry: bool) -> Iterator[str]:
        content = example.read_bytes()
        if not self._word().search(content):
            return
        # The update has brought the template's line already: which value is right is the owner's.
        if re.search(_line(new), content) and re.search(_line(self.old), content):
            yield f"{EXAMPLE} has a line for {self.old}, which is {new} now and has one, too."
            return
        if not dry:
            example.write_bytes(self._word().sub(new.encode(), content))
        yield f"{self.old} is {new} in {EXAMPLE} now."

    def _is_set_in(self, path: Path) -> bool:
        try:
            content = path.read_bytes()
        except OSError:
            return False
        active = (line for line in content.splitlines() if not line.lstrip().startswith(b"#"))
        return any(self._word().search(line) for line in active)

    def _is_named_by_owner(self, project: Project, name: str) -> bool:
        """Tell a line of the owner's from one that either version of the template has."""

        def naming(content: bytes | None) -> set[bytes]:
            return {line for line in (content or b"").splitlines() if self._word().search(line)}

        here = naming((project.root / name).read_bytes())
        return bool(here and (here & naming(project.committed(name))) - naming(project.base(name)))

    def _word(self) -> re.Pattern[bytes]:
        return re.compile(rb"\b%s\b" % self.old.encode())


def final_name(name: str, project: Project) -> str:
    """Follow *name* through the versions that the same update crosses."""
    for step in project.later:
        if isinstance(step, Setting) and step.old == name:
            name = step.new
    return name


def _line(name: str) -> bytes:
    return rb"(?m)^[ \t#]*(?:export[ \t]+)?%s[ \t]*=" % name.encode()
