"""Tables that refer to each other in a circle: none of them can be made with all its keys. Pure."""

from collections.abc import Iterable, Mapping

from .plan import Key, Plan


def circles(plan: Plan) -> dict[Key, int]:
    """Return for each table the circle that it is in, as a number; alone, it is one by itself."""
    targets = {key: _targets(plan, key) for key in plan.tables}
    sources: dict[Key, list[Key]] = {key: [] for key in targets}
    for key, others in targets.items():
        for other in others:
            sources[other].append(key)
    found: dict[Key, int] = {}
    # Kosaraju: against the arrows, from those that were left last, a walk stays in its circle.
    for number, start in enumerate(reversed(_walk(targets, targets, set()))):
        for key in _walk([start], sources, {*found}):
            found[key] = number
    return found


def _targets(plan: Plan, key: Key) -> list[Key]:
    constraints = plan.tables[key].relation.constraints
    return [each.target for each in constraints if each.target and each.target in plan.tables]


def _walk(starts: Iterable[Key], arrows: Mapping[Key, list[Key]], seen: set[Key]) -> list[Key]:
    """Return what can be reached, each after all that can be reached from it."""
    done: list[Key] = []
    for start in starts:
        stack = [(start, iter(arrows[start]))] if start not in seen else []
        seen.add(start)
        while stack:
            key, rest = stack[-1]
            following = next((each for each in rest if each not in seen), None)
            if following is None:
                done.append(key)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(arrows[following])))
    return done
