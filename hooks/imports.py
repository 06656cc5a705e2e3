"""A module or a name of the package got another path: the imports of its owner follow.

Positions come from `ast`, so text, comments and names that only look alike stay. A name keeps what
it is called in each file (`new as old`): no other line has to change.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from hooks.project import Project
from hooks.statements import From, Name, edited


@dataclass(frozen=True)
class Import:
    """*old* is *new* from this version on, both as seen from the package: `supabase.http:begin`.

    What stands after the colon is a name in the module; without one, a module moves with all that
    is below it.
    """

    old: str
    new: str

    def __post_init__(self) -> None:
        """Refuse what a second run would do again."""
        if f"{self.new.replace(':', '.')}.".startswith(f"{self.old.replace(':', '.')}."):
            raise ValueError(f"{self.old} cannot move below itself")

    def run(self, project: Project) -> Iterator[str]:
        """Rewrite the imports of every Python file that Git does not ignore."""
        wanted = self.old.replace(":", ".").rpartition(".")[2].encode()
        for path in project.present_files():
            file = project.root / path
            if not path.endswith(".py") or wanted not in (content := file.read_bytes()):
                continue
            try:
                tree = ast.parse(content)
            except (SyntaxError, ValueError):
                yield f"{path} is no Python: an import of {self.old} may be in it."
                continue
            search = Search(self, project.answers["package_name"], module_of(path))
            changed = edited(content, search.found(tree))
            if changed != content:
                if not project.dry:
                    file.write_bytes(changed)
                yield f"{path} imports {self.new} instead of {self.old}."
            for line in search.left(tree):
                yield f"{path}:{line} imports {self.old} as a whole, which is {self.new} now."


class Search:
    """What to change in one file."""

    def __init__(self, step: Import, package: str, here: str) -> None:
        """Look for the old path of *step*, from the module *here*."""
        self.here = here
        self.old_module, _, self.old_name = f"{package}.{step.old}".partition(":")
        self.new_module, _, self.new_name = f"{package}.{step.new}".partition(":")

    def found(self, tree: ast.Module) -> list[From | Name]:
        """Return what is to be written otherwise."""
        found: list[From | Name] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found += self._modules(node)
            elif isinstance(node, ast.ImportFrom):
                moved = self._moved(absolute(node, self.here))
                if moved:
                    found.append(From(node, written(moved, node.level, self.here)))
                else:
                    found += self._names(node)
        return found

    def left(self, tree: ast.Module) -> list[int]:
        """Return the lines where a module is named in full from then on: a person's to change."""
        return [
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
            if self._moved(alias.name) and not alias.asname
        ]

    def _modules(self, node: ast.Import) -> Iterator[Name]:
        for alias in node.names:
            moved = self._moved(alias.name)
            if moved and alias.asname:
                yield Name(node, alias, moved)

    def _names(self, node: ast.ImportFrom) -> Iterator[Name]:
        module = absolute(node, self.here)
        target, name = self.new_module, self.new_name
        if not self.old_name:
            target, _, name = self.new_module.rpartition(".")
        place = target if target == module else written(target, node.level, self.here)
        for alias in node.names:
            if self._is(module, alias.name):
                yield Name(node, alias, name, None if target == module else place)
                return

    def _is(self, module: str, name: str) -> bool:
        if self.old_name:
            return (module, name) == (self.old_module, self.old_name)
        return f"{module}.{name}" == self.old_module

    def _moved(self, module: str) -> str | None:
        """Return where a module is now that is the old one or below it; names move alone."""
        if not self.old_name and f"{module}.".startswith(f"{self.old_module}."):
            return self.new_module + module[len(self.old_module) :]
        return None


def module_of(path: str) -> str:
    """Return what the file at *path* is imported as; `src` is no package."""
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[1:] if parts[0] == "src" else parts)


def absolute(node: ast.ImportFrom, here: str) -> str:
    """Return the module that *node* in the module *here* imports from, without dots in front."""
    if not node.level:
        return node.module or ""
    # The file `__init__.py` counts as a part of *here*, as any other file: one dot is its folder.
    base = here.split(".")[: -node.level]
    return ".".join([*base, *filter(None, [node.module])])


def written(module: str, level: int, here: str) -> str:
    """Return *module* with dots in front where the old import had some."""
    if not level:
        return module
    base, target = here.split(".")[:-1], module.split(".")
    common = 0
    while common < min(len(base), len(target)) and base[common] == target[common]:
        common += 1
    dots = len(base) - common + 1
    return "." * dots + ".".join(target[common:])
