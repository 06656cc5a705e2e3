"""What a module that is written imports, under names that nothing else in it has."""

from collections import defaultdict
from collections.abc import Collection

DOTS = "."


class Imports:
    """Collects names as they are used."""

    def __init__(self, taken: Collection[str]) -> None:
        self._taken = taken
        self._names: dict[str, dict[str, str]] = defaultdict(dict)
        self._modules: dict[str, str] = {}
        self._typing: dict[str, dict[str, str]] = defaultdict(dict)

    def name(self, module: str, name: str) -> str:
        """Return what *name* of *module* is called here."""
        return self._names[module].setdefault(name, self._free(name))

    def own(self, module: str, name: str) -> None:
        """Import a *name* that is one of those that the others leave alone."""
        self._names[module][name] = name

    def module(self, module: str, short: str) -> str:
        """Return what *module* is called here."""
        return self._modules.setdefault(module, self._free(short))

    def for_types(self, module: str, name: str) -> str:
        """Return the same for a name that the type checker alone needs: no circle at run time."""
        if module in self._names and name in self._names[module]:
            return self._names[module][name]
        self.name("typing", "TYPE_CHECKING")
        return self._typing[module].setdefault(name, name)

    def _free(self, name: str) -> str:
        while name in self._taken:
            name += "_"
        return name

    def source(self) -> str:
        """Return the lines of them all, in the order of isort."""
        lines = [f"import {module} as {short}" for module, short in sorted(self._modules.items())]
        absolute = sorted(each for each in self._names if not each.startswith(DOTS))
        # The farther away, the earlier.
        relative = sorted(
            (each for each in self._names if each.startswith(DOTS)),
            key=lambda each: (-_level(each), each),
        )
        standard = [each for each in absolute if not each.startswith("sqlalchemy")]
        third = [each for each in absolute if each.startswith("sqlalchemy")]
        blocks = [
            [*lines, *(self._from(each, self._names[each]) for each in standard)],
            [self._from(each, self._names[each]) for each in third],
            [self._from(each, self._names[each]) for each in relative],
        ]
        text = "\n\n".join("\n".join(block) for block in blocks if block)
        if not self._typing:
            return text
        checking = [f"    {self._from(each, self._typing[each])}" for each in sorted(self._typing)]
        guard = self._names["typing"]["TYPE_CHECKING"]
        return "\n".join([text, "", f"if {guard}:", *checking])

    @staticmethod
    def _from(module: str, names: dict[str, str]) -> str:
        written = [
            name if name == here else f"{name} as {here}"
            for name, here in sorted(names.items(), key=lambda each: _isort(each[0]))
        ]
        return f"from {module} import {', '.join(written)}"


def _level(module: str) -> int:
    return len(module) - len(module.lstrip(DOTS))


def _isort(name: str) -> tuple[int, str, str]:
    """CONSTANTS, then Classes, then the rest."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name.lower(), name
