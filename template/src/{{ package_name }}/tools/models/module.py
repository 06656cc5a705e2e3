"""One module while it is written: what it imports, what it defines first, what it cannot say."""

from collections.abc import Callable, Mapping
from textwrap import wrap

from .imports import Imports
from .plan import Key, NamedType, Plan

LEFT = "# What these models cannot say, and a revision has to make:"

WIDTH = 98


class Module:
    """Collects what the tables of a file share."""

    def __init__(
        self,
        plan: Plan,
        homes: Mapping[Key, str] | None = None,
        circles: Mapping[Key, int] | None = None,
    ) -> None:
        self.plan = plan
        self.circles = circles or {}
        self.define: Callable[[Module, NamedType], str] | None = None
        self.imports = Imports(plan.taken() | plan.of_attributes())
        self.definitions: list[str] = []
        self.left: list[str] = []
        self._homes = homes or {}
        self._defined = set[object]()

    def define_type(self, key: Key) -> None:
        """Put the constant of an enum or a domain before the tables, unless it is there."""
        define, named = self.define, self.plan.types[key]
        if define:
            self.define_once(key, lambda: define(self, named))

    def has_defined(self, key: object) -> bool:
        """Return whether something of this key is defined here."""
        return key in self._defined

    def define_once(self, key: object, source: Callable[[], str]) -> None:
        """Put *source* before the tables, unless it is there."""
        if key not in self._defined:
            self._defined.add(key)
            # What it needs itself comes before it.
            self.definitions.append(source())

    def class_name(self, table: Key) -> str:
        """Return the name of a class in an annotation, which the type checker must find."""
        name = self.plan.tables[table].name
        if home := self._homes.get(table):
            self.imports.for_types(home, name)
        return name

    def leave(self, what: str) -> None:
        """Remember *what* only a revision can make."""
        if what not in self.left:
            self.left.append(what)

    def left_over(self) -> list[str]:
        """Return the lines of a comment about it."""
        if not self.left:
            return []
        return [LEFT, *(line for what in self.left for line in comment(f"- {what}", "  "))]


def comment(text: str, indent: str = "") -> list[str]:
    """Return *text* as the lines of a comment, none of which reads like code."""
    lines: list[str] = []
    for line in text.splitlines():
        # Marked, since a part of a statement may be read as code by itself.
        first, rest = f"# {indent[2:]}", f"# {indent}| "
        lines += wrap(
            line,
            WIDTH,
            initial_indent=first,
            subsequent_indent=rest,
            break_on_hyphens=False,
        ) or ["#"]
    return lines
