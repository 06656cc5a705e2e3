"""In which order things are made that name each other. Pure.

Nothing is parsed: what has the name of another in it comes after that. A name that means something
else costs nothing but an order.
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")

QUOTED = r'"(?:[^"]|"")+"'
NAME = re.compile(rf"(?:(?:{QUOTED}|[\w$]+)\.)?(?P<name>{QUOTED}|[\w$]+)")
WORD = re.compile(r"[\w$]+")


def bare(name: str) -> str:
    """Return the name of a thing without its schema, its arguments and its quotes."""
    found = NAME.match(name)
    said = found["name"] if found else name
    return said[1:-1].replace('""', '"') if said.startswith('"') else said


def mentions(text: str, names: Collection[str]) -> set[str]:
    """Return those of *names* that stand in *text*."""
    words = {*WORD.findall(text)}
    return {each for each in names if each in words or (not WORD.fullmatch(each) and each in text)}


def in_order(
    things: Sequence[Thing], name: Callable[[Thing], str | None], text: Callable[[Thing], str]
) -> list[Thing]:
    """Return *things* so that each comes after those that it names, else as they were given."""
    by_name: dict[str, list[Thing]] = {}
    for thing in things:
        if said := name(thing):
            by_name.setdefault(bare(said), []).append(thing)
    done: dict[int, Thing] = {}
    begun = set[int]()

    def visit(thing: Thing) -> None:
        if id(thing) in begun:
            return
        begun.add(id(thing))
        for named in sorted(mentions(text(thing), by_name.keys())):
            for other in by_name[named]:
                visit(other)
        done[id(thing)] = thing

    for thing in things:
        visit(thing)
    return [*done.values()]
