"""Which statements lead from what is there to what is declared, where in a revision. Pure.

What is in the way of a change is dropped before the tables change, and made again after it. A
function that needs nothing of the new tables is made before them: their defaults may call it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from .catalogue import IN, Root
from .found import Found, drop, make_whole
from .order import bare, in_order, mentions
from .touched import Touched
from .verdict import Pair, Verdict, come, come_in_place, leave, regrant, reindex, verdict

Key = tuple[str, int]
Dependants = Callable[[Sequence[Root]], Mapping[Key, Found]]

OF_TABLES = {"default", "check", "index"}
"""What a function may not leave before the table that has it has changed."""


@dataclass(frozen=True)
class Step:
    """Statements about one thing, and their undoing."""

    what: str
    do: Sequence[str] = ()
    undo: Sequence[str] = ()


@dataclass
class Plan:
    """Steps *before* the tables change, and *after*."""

    before: list[Step] = field(default_factory=list[Step])
    after: list[Step] = field(default_factory=list[Step])


@dataclass
class Planner:
    """What a plan is made from; each pair is in one of the lists by what is to be done."""

    pairs: Sequence[Pair]
    dependants: Dependants
    touched: Touched
    roles: Collection[str]
    is_dropped: Callable[[Found], bool]
    """Whether another part of the revision drops a policy, and makes it again."""

    def plan(self) -> Plan:
        """Return the plan."""
        said: dict[int, Verdict] = {id(each): verdict(each) for each in self.pairs}
        last = [each for each in self.pairs if said[id(each)] == "gone" and self._is_in_use(each)]
        going = [
            each
            for each in self.pairs
            if said[id(each)] in {"gone", "rebuild"} and each not in last
        ]
        others: list[Found] = []
        reached = self.dependants([*filter(None, map(_root, going)), *self.touched.roots])
        by_key = {(_where(each.found), each.found.oid): each for each in self.pairs if each.found}
        for key, found in reached.items():
            pair = by_key.get(key)
            if pair is None:
                others += [] if self.is_dropped(found) else [found]
            elif said[id(pair)] in {"same", "in place"}:
                said[id(pair)] = "rebuild"
            elif pair in last:
                last.remove(pair)
        return self._steps(said, others, last)

    def _steps(
        self, said: Mapping[int, Verdict], others: Sequence[Found], last: Sequence[Pair]
    ) -> Plan:
        def those(*verdicts: Verdict) -> list[Pair]:
            return [each for each in self.pairs if said[id(each)] in verdicts and each not in last]

        plan = Plan()
        leaving = [each.found for each in those("gone", "rebuild") if each.found]
        for found in reversed(_in_order([*leaving, *others])):
            plan.before.append(Step(found.name, [drop(found)], make_whole(found, self.roles)))

        early = self._early(those("new", "rebuild", "in place"), others)
        coming: list[Pair | Found] = [*those("new", "rebuild", "in place"), *others]
        for each in in_order(coming, _names, _text):
            if isinstance(each, Found):
                plan.after.append(Step(each.name, make_whole(each, self.roles), [drop(each)]))
            elif said[id(each)] != "in place":
                step = Step(each.mark.full, come(each, self.roles), [leave(each)])
                (plan.before if each in early else plan.after).append(step)
            elif each in early:
                plan.before.append(self._in_place(each))
            else:
                self._split(plan, each)
        for each in those("same"):
            plan.after.append(self._adjusted(each))
        for each in last:
            if each.found:
                whole = make_whole(each.found, self.roles)
                plan.after.append(Step(each.found.name, [drop(each.found)], whole))
        plan.before = [each for each in plan.before if each.do or each.undo]
        plan.after = [each for each in plan.after if each.do or each.undo]
        return plan

    def _is_in_use(self, pair: Pair) -> bool:
        if pair.found is None or pair.mark.kind != "function":
            return False
        found = self.dependants([("pg_proc", str(pair.found.oid))])
        return any(each.kind in OF_TABLES for each in found.values())

    def _early(self, coming: Sequence[Pair], others: Sequence[Found]) -> list[Pair]:
        """Return the functions that name nothing of what comes with the tables, or after them."""
        functions = [each for each in coming if each.mark.kind == "function"]
        views = [each.mark.name for each in coming if each.mark.kind != "function"]
        late = {*self.touched.new, *map(bare, views), *(bare(each.name) for each in others)}
        while found := [each for each in functions if mentions(_text(each), late)]:
            functions = [each for each in functions if each not in found]
            late |= {bare(each.mark.name) for each in found}
        return functions

    def _in_place(self, pair: Pair) -> Step:
        (do, undo), (grants, were) = come_in_place(pair), regrant(pair, self.roles)
        return Step(pair.mark.full, [*do, *grants], [*undo, *were])

    def _split(self, plan: Plan, pair: Pair) -> None:
        """Put a function back where the tables are as they were, whose columns it may name."""
        step = self._in_place(pair)
        if pair.mark.kind == "function":
            plan.before.append(Step(step.what, (), step.undo))
            step = Step(step.what, step.do)
        plan.after.append(step)

    def _adjusted(self, pair: Pair) -> Step:
        """Leave it, but for its indexes and who may use it."""
        (indexes, had), (grants, were) = reindex(pair), regrant(pair, self.roles)
        return Step(pair.mark.full, [*indexes, *grants], [*had, *were])


def _root(pair: Pair) -> Root | None:
    if pair.found is None or pair.mark.kind == "trigger":
        return None
    return (_where(pair.found), str(pair.found.oid))


def _where(found: Found) -> str:
    return IN.get(found.kind, "pg_class")


def _in_order(found: Sequence[Found]) -> list[Found]:
    return in_order(found, _names, _text)


def _names(each: Pair | Found) -> str | None:
    """Return the name by which others call it."""
    kind, name = (each.kind, each.name) if isinstance(each, Found) else each.mark.known_as
    return name if kind in {"function", "view", "materialized view"} else None


def _text(each: Pair | Found) -> str:
    if isinstance(each, Found):
        return f"{each.definition} {each.place}"
    return each.wanted.create if each.wanted else ""
