"""A file or folder of the template's got another path: its owner's edits come along."""

from collections.abc import Iterator
from dataclasses import dataclass

from hooks.git import git, record_conflict
from hooks.project import Project, lf, rendered_name

MARKERS = (b"<<<<<<< before updating\n", b">>>>>>> after updating\n")


@dataclass(frozen=True)
class Move:
    """*old* is *new* from this version on; both as they stand in the template's tree."""

    old: str
    new: str

    def __post_init__(self) -> None:
        """Refuse a path of the template's source."""
        rendered_name(self.old)
        rendered_name(self.new)

    def run(self, project: Project) -> Iterator[str]:
        """Merge what its owner made of each file with what the update has just rendered."""
        old, new = project.place(self.old), project.place(last_name(self.new, project))
        if old != new:
            rendered = project.base_files(old)
            for path in rendered:
                yield from _carry(project, path, new + path[len(old) :])
            if rendered and rendered != [old]:
                for path in sorted({*project.committed_files(old)} - {*rendered}):
                    yield f"{path} is yours and stays; what was beside it is in {new} now."


def last_name(path: str, project: Project) -> str:
    """Follow *path* through the versions that the same update crosses."""
    for step in project.later:
        if isinstance(step, Move) and (path + "/").startswith(step.old.rstrip("/") + "/"):
            path = step.new.rstrip("/") + path[len(step.old.rstrip("/")) :]
    return path


def _carry(project: Project, old: str, new: str) -> Iterator[str]:
    mine, base = project.committed(old), project.base(old) or b""
    here = project.root / new
    if mine is None:
        if here.is_file() and project.is_updated and project.committed(new) is None:
            yield f"{new} is new here: you had deleted or renamed {old}, which it was."
        return
    if lf(mine) == base:
        return
    if not project.is_updated:
        if project.dry:
            yield f"Your edits of {old} come along to {new}."
    elif project.committed(new) is not None and project.base(new) is None:
        yield from keep(project, old, f"{new}, its new path, was yours already")
    elif here.is_file():
        yield from _merge(project, old, new, (lf(mine), base))
    else:
        yield from keep(project, old, f"{new}, its new path, is not here")


def _merge(project: Project, old: str, new: str, sides: tuple[bytes, bytes]) -> Iterator[str]:
    mine, base = sides
    file = project.root / new
    rendered = file.read_bytes()
    theirs = lf(rendered)
    if any(marker in theirs for marker in MARKERS):
        return
    merged = merge(project, mine, base, theirs)
    if merged == theirs:
        return
    if merged is None:
        yield f"{new} could not be merged with your edits of {old}: see `git show HEAD:./{old}`."
        return
    conflict = MARKERS[0] in merged
    if not project.dry:
        file.write_bytes(merged.replace(b"\n", b"\r\n") if b"\r\n" in rendered else merged)
        if conflict:
            record_conflict(project.root, new, (base, mine, theirs))
    if conflict:
        yield f"Your edits of {old} conflict with {new}: resolve the markers in it."
    else:
        yield f"Your edits of {old} are in {new}."


def merge(project: Project, mine: bytes, base: bytes, theirs: bytes) -> bytes | None:
    """Merge three texts as Copier does, with its markers; None if they are no texts."""
    sides = {"mine": mine, "base": base, "theirs": theirs}
    if any(b"\0" in content for content in sides.values()):
        return None
    for name, content in sides.items():
        (project.scratch / name).write_bytes(content)
    labels = ("-L", "before updating", "-L", "last update", "-L", "after updating")
    # Its exit code counts the conflicts, up to 127.
    return git(project.scratch, "merge-file", "-p", *labels, *sides, ok=127)


def keep(project: Project, path: str, reason: str) -> Iterator[str]:
    """Bring back what its owner made of *path*, which the update deleted."""
    if (project.root / path).exists():
        return
    if not project.dry:
        git(project.root, "--literal-pathspecs", "checkout", "HEAD", "--", path)
    yield f"{path} is kept, as you had edited it, and is yours now: {reason}."
