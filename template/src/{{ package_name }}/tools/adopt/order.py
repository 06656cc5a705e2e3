"""Statements in the order in which each finds what it mentions. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Name = tuple[str, str]
"""Schema and name."""

PAIR = re.compile(r'("(?:[^"]|"")+"|[\w$]+)(?=\.("(?:[^"]|"")+"|[\w$]+))')


@dataclass(frozen=True)
class Made:
    """A statement that makes something of this name."""

    name: Name
    statement: str
    mentions: str | None = None
    """The part of it that has to find what it names; None: all."""
    is_late: bool = False
    """It may need the keys of the tables that it mentions, as a view does that groups by one."""


def in_order(every: Iterable[Made]) -> tuple[list[Made], list[Made]]:
    """Return those that come before the keys of tables, and those that come after them.

    Each follows what it mentions, and else stays where it was. In a circle, the first comes first.
    """
    nodes = list(every)
    by_name: dict[Name, list[Made]] = defaultdict(list)
    for node in nodes:
        by_name[node.name].append(node)
    needs = {
        id(node): [each for name in _mentioned(node) for each in by_name.get(name, ())]
        for node in nodes
    }
    ordered: list[Made] = []
    late = set[int]()
    seen = set[int]()
    for node in nodes:
        for each in _after_its_needs(node, needs, seen):
            ordered.append(each)
            if each.is_late or any(id(need) in late for need in needs[id(each)]):
                late.add(id(each))
    return (
        [each for each in ordered if id(each) not in late],
        [each for each in ordered if id(each) in late],
    )


def _after_its_needs(node: Made, needs: dict[int, list[Made]], seen: set[int]) -> Iterator[Made]:
    """Yield what *node* needs and was not *seen* yet, then itself; a chain may be a long one."""
    if id(node) in seen:
        return
    seen.add(id(node))
    path = [(node, iter(needs[id(node)]))]
    while path:
        top, rest = path[-1]
        following = next((each for each in rest if id(each) not in seen), None)
        if following is None:
            path.pop()
            yield top
        else:
            seen.add(id(following))
            path.append((following, iter(needs[id(following)])))


def _mentioned(node: Made) -> set[Name]:
    text = node.statement if node.mentions is None else node.mentions
    return {(_bare(match[1]), _bare(match[2])) for match in PAIR.finditer(text)} - {node.name}


def _bare(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
