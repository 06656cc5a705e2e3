"""A file or folder of the template's is no more: what its owner edited is kept, and named."""

from collections.abc import Iterator
from dataclasses import dataclass

from hooks.moves import keep
from hooks.project import Project, lf, rendered_name


@dataclass(frozen=True)
class Removal:
    """From this version on the template has no *path*; *reason* says what is there instead."""

    path: str
    reason: str

    def __post_init__(self) -> None:
        """Refuse a path of the template's source."""
        rendered_name(self.path)

    def run(self, project: Project) -> Iterator[str]:
        """Bring an edited file back; Copier has deleted it as it deletes an untouched one."""
        for path in project.base_files(project.place(self.path)):
            mine = project.committed(path)
            if mine is None or lf(mine) == project.base(path):
                continue
            if project.dry and not project.is_updated:
                yield f"{path} stays, as you have edited it, and is yours then: {self.reason}."
            else:
                yield from keep(project, path, self.reason)
