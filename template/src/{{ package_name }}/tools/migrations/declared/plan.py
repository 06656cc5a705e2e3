"""Which statements lead from what is there to what is declared, where in a revision. Pure.

What is in the way of a change is dropped before the tables change, and made again after it. A
function that needs nothing of the new tables is made before them: their defaults may call it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from .appended import as_they_were, names_its_columns
from .catalogue import IN, Root
from .found import Found, drop, make_whole
from .order import bare, in_order, mentions
from .touched import Touched
from .verdict import Pair, Verdict, come, come_in_place, leave, regrant, reindex, verdict

Key = tuple[str, int]
Dependants = Callable[[Sequence[Root]], Mapping[Key, Found]]

OF_TABLES = {"default", "check", "index", "generated"}
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
    again: Callable[[Found], list[str]]
    """What makes something again as a model declares it, if one does."""

    def plan(self) -> Plan:
        """Return the plan."""
        said: dict[int, Verdict] = {id(each): self._verdict(each) for each in self.pairs}
        by_key = {(_where(each.found), each.found.oid): each for each in self.pairs if each.found}
        for pair in (each for each in self.pairs if said[id(each)] == "appended"):
            readers = [by_key[key] for key in self._hanging(pair) if key in by_key]
            if not all(_stays(each) for each in readers):
                said[id(pair)] = "rebuild"
        last = [each for each in self.pairs if said[id(each)] == "gone" and self._is_in_use(each)]
        going = [
            each
            for each in self.pairs
            if said[id(each)] in {"gone", "rebuild"} and each not in last
        ]
        others: list[Found] = []
        reached = self.dependants([*filter(None, map(_root, going)), *self.touched.roots])
        for key, found in reached.items():
            pair = by_key.get(key)
            if pair is None:
                # What computes a column, only another column can take the place of.
                is_left = found.kind == "generated" or self.is_dropped(found)
                others += [] if is_left else [found]
            elif said[id(pair)] in {"same", "in place", "appended"}:
                said[id(pair)] = "rebuild"
            elif pair in last:
                last.remove(pair)
        longer = [each for each in self.pairs if said[id(each)] == "appended"]
        rows: list[Root] = [("rows", each.mark.full) for each in longer]
        for key in self.dependants([*sorted(self.touched.rows), *rows]):
            pair = by_key.get(key)
            if pair and pair.mark.kind == "view" and said[id(pair)] == "same":
                said[id(pair)] = "stale"
        dropped = {*reached, *(key for key in by_key if said[id(by_key[key])] == "rebuild")}
        kept = {
            id(pair): [
                found
                for key, found in self._hanging(pair).items()
                if key not in dropped and not self.is_dropped(found) and not self._goes(found)
            ]
            for pair in longer
        }
        return self._steps(said, others, last, kept)

    def _verdict(self, pair: Pair) -> Verdict:
        said = verdict(pair)
        is_replaced = said == "in place" and pair.mark.kind != "function"
        # A downgrade would have its old text before the column has its old name.
        is_early = is_replaced and pair.found and self.touched.names_old(_text(pair.found))
        return "rebuild" if is_early else said

    def _steps(
        self,
        said: Mapping[int, Verdict],
        others: Sequence[Found],
        last: Sequence[Pair],
        kept: Mapping[int, Sequence[Found]],
    ) -> Plan:
        def those(*verdicts: Verdict) -> list[Pair]:
            return [each for each in self.pairs if said[id(each)] in verdicts and each not in last]

        plan = Plan()
        leaving = [each.found for each in those("gone", "rebuild") if each.found]
        for found in reversed(_in_order([*leaving, *others])):
            whole = make_whole(found, self.roles)
            # The plugin for policies makes those of a table again with that.
            undo = [] if found.kind == "policy" and self._goes(found) else whole
            plan.before.append(Step(found.name, [_drop(found, [*leaving, *others])], undo))
        staying = [each for each in others if not self._goes(each)]
        anew, in_place = those("new", "rebuild"), those("in place", "stale")
        early = self._early([*anew, *in_place], others)
        coming: list[Pair | Found] = [*anew, *those("appended"), *in_place, *staying]
        for each in in_order(coming, _names, _text):
            if each in in_place:
                self._in_place(plan, each, early, is_stale=said[id(each)] == "stale")
            elif isinstance(each, Pair) and id(each) in kept:
                plan.after.append(self._appended(each, kept[id(each)]))
            else:
                (plan.before if each in early else plan.after).append(self._anew(each))
        plan.after += map(self._adjusted, those("same"))
        for found in filter(None, (each.found for each in last)):
            plan.after.append(Step(found.name, [drop(found)], make_whole(found, self.roles)))
        plan.before = [each for each in plan.before if each.do or each.undo]
        plan.after = [each for each in plan.after if each.do or each.undo]
        return plan

    def _anew(self, each: Pair | Found) -> Step:
        if isinstance(each, Pair):
            return Step(each.mark.full, come(each, self.roles), [leave(each)])
        whole = self.again(each) or make_whole(each, self.roles)
        return Step(each.name, whole, [drop(each)])

    def _in_place(self, plan: Plan, pair: Pair, early: Sequence[Pair], *, is_stale: bool) -> None:
        (do, undo), (grants, were) = come_in_place(pair), regrant(pair, self.roles)
        do, undo = [*do, *grants], [*undo, *were]
        if pair in early:
            plan.before.append(Step(pair.mark.full, do, undo))
        elif is_stale or pair.mark.kind == "function":
            # What it was may name columns that are there again at the very end.
            plan.before.append(Step(pair.mark.full, (), undo))
            plan.after.append(Step(pair.mark.full, do))
        else:
            plan.after.append(Step(pair.mark.full, do, undo))

    def _appended(self, pair: Pair, kept: Sequence[Found]) -> Step:
        do = [*come_in_place(pair)[0], *regrant(pair, self.roles)[0]]
        there = [pair.found] if pair.found else []
        return Step(pair.mark.full, do, as_they_were(_in_order([*there, *kept]), self.roles))

    def _hanging(self, pair: Pair) -> Mapping[Key, Found]:
        root = _root(pair)
        return self.dependants([root]) if root else {}

    def _goes(self, found: Found) -> bool:
        """Whether it goes with its table."""
        return ("table", found.place) in self.touched.roots

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
        found = [each for each in functions if self.touched.is_awaited(_text(each))]
        while found := found or [each for each in functions if mentions(_text(each), late)]:
            functions = [each for each in functions if each not in found]
            late |= {bare(each.mark.name) for each in found}
            found = []
        return functions

    def _adjusted(self, pair: Pair) -> Step:
        """Leave it, but for its indexes and who may use it."""
        (indexes, had), (grants, were) = reindex(pair), regrant(pair, self.roles)
        return Step(pair.mark.full, [*indexes, *grants], [*had, *were])


def _stays(pair: Pair) -> bool:
    """Whether what reads a view is as it is to be, whichever columns come behind."""
    # What a function says is read when it is called.
    is_read_then = pair.mark.kind == "function"
    query = pair.wanted.create if pair.wanted else ""
    return verdict(pair) == "same" and (is_read_then or names_its_columns(query))


def _root(pair: Pair) -> Root | None:
    if pair.found is None or pair.mark.kind == "trigger":
        return None
    return (_where(pair.found), str(pair.found.oid))


def _where(found: Found) -> str:
    return IN.get(found.kind, "pg_class")


def _drop(found: Found, leaving: Sequence[Found]) -> str:
    """Return what drops it, and with a function the triggers that may not be dropped by us."""
    kept = (each.definition for each in leaving if each.kind == "trigger" and not each.droppable)
    is_called = found.kind == "function" and any(
        mentions(each, {bare(found.name)}) for each in kept
    )
    return f"{drop(found)} cascade" if is_called else drop(found)


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
