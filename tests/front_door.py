"""What a module offers to whoever imports it, read without running it, and what broke since."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import griffe

POSITIONAL = {griffe.ParameterKind.positional_only, griffe.ParameterKind.positional_or_keyword}
NAMED = {griffe.ParameterKind.keyword_only, griffe.ParameterKind.positional_or_keyword}


@dataclass(frozen=True)
class Offer:
    """One public name, `Page` or `Page.items`, and how it may be used."""

    kind: str
    parameters: tuple[griffe.Parameter, ...] = ()
    bases: frozenset[str] = frozenset()
    """Which others of the module's names it is: an `except` relies on it."""
    deprecated: bool = False


def offers(source: Path, module: str) -> dict[str, Offer]:
    """Return what *module* in the folder *source* has in `__all__`, with the members of classes."""
    loader = griffe.GriffeLoader(search_paths=[source])
    loader.load(module.partition(".")[0])
    loader.resolve_aliases(external=False)
    door = loader.modules_collection[module]
    named = {str(name): _final(door[str(name)]) for name in door.exports or ()}
    found: dict[str, Offer] = {}
    for name, thing in named.items():
        bases: frozenset[str] = frozenset()
        if isinstance(thing, griffe.Class):
            above = {base.path for base in thing.mro()}
            bases = frozenset(other for other, it in named.items() if it.path in above)
            for member, of_class in thing.all_members.items():
                if not member.startswith("_"):
                    found[f"{name}.{member}"] = _offer(_final(of_class))
        found[name] = _offer(thing, bases)
    return found


def _final(thing: griffe.Object | griffe.Alias) -> griffe.Object:
    return thing.final_target if isinstance(thing, griffe.Alias) else thing


def _offer(thing: griffe.Object, bases: frozenset[str] = frozenset()) -> Offer:
    kind = thing.kind.value
    parameters: tuple[griffe.Parameter, ...] = ()
    decorators: list[griffe.Decorator] = []
    if isinstance(thing, griffe.Class | griffe.Function):
        parameters = tuple(one for one in thing.parameters if one.name not in {"self", "cls"})
        decorators = thing.decorators
        kind = f"async {kind}" if "async" in thing.labels else kind
    written = thing.docstring.value if thing.docstring else ""
    deprecated = written.startswith("Deprecated:") or any(
        decorator.callable_path.rpartition(".")[2] == "deprecated" for decorator in decorators
    )
    return Offer(kind, parameters, bases, deprecated)


def broken(old: Mapping[str, Offer], new: Mapping[str, Offer]) -> Iterator[tuple[str, str]]:
    """Yield each name that its users cannot use as before, with a sentence that says why."""
    for name, was in old.items():
        now = new.get(name)
        if now is None:
            if name.partition(".")[0] in new or "." not in name:
                yield name, f"{name} is gone."
        elif now.kind != was.kind:
            yield name, f"{name} was {was.kind} and is {now.kind}."
        else:
            for base in sorted(was.bases - now.bases):
                yield name, f"{name} is no {base} any more."
            for sentence in _calls(was.parameters, now.parameters):
                yield name, f"{name}: {sentence}"


def _calls(was: tuple[griffe.Parameter, ...], now: tuple[griffe.Parameter, ...]) -> Iterator[str]:
    """Say which calls that were right are wrong."""
    new = {parameter.name: parameter for parameter in now}
    places = [parameter.name for parameter in now if parameter.kind in POSITIONAL]
    for place, old in enumerate(was):
        after = new.get(old.name)
        if after is None:
            yield f"the parameter {old.name} is gone."
            continue
        if old.kind in POSITIONAL and places[place : place + 1] != [old.name]:
            yield f"the parameter {old.name} has another place."
        if old.kind in NAMED and after.kind not in NAMED:
            yield f"the parameter {old.name} cannot be named any more."
        if old.default is not None and str(after.default) != str(old.default):
            yield f"the parameter {old.name} has another default."
    known = {parameter.name for parameter in was}
    for parameter in now:
        if parameter.name not in known and parameter.required:
            yield f"the parameter {parameter.name} is new and required."


def undeclared(
    old: Mapping[str, Offer], new: Mapping[str, Offer], deprecated: set[str]
) -> list[str]:
    """Return what broke without a version that called the name, or its class, deprecated."""
    return [
        sentence
        for name, sentence in broken(old, new)
        if not {name, name.partition(".")[0]} & deprecated
    ]
