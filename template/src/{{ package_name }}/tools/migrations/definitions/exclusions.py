"""What no two rows of a table have together: exclusion constraints."""

from collections.abc import Iterator

from sqlalchemy.dialects.postgresql import ExcludeConstraint

from .change import Suspect, added
from .declared import Declared, Pair
from .indexes import differ
from .retyped import Retyped


def suspects(declared: Declared, retyped: Retyped) -> Iterator[Suspect]:
    """Yield what may have been added, changed or removed, by name."""
    for pair in declared.pairs:
        yield from _of_table(declared, pair, retyped)


def _of_table(declared: Declared, pair: Pair, retyped: Retyped) -> Iterator[Suspect]:
    found = {name: each for name, each in pair.found.constraints.items() if each.kind == "x"}
    for exclusion in pair.table.constraints:
        if not isinstance(exclusion, ExcludeConstraint):
            continue
        name = declared.name(exclusion)
        if name is None:
            # Postgres named it, after its columns.
            found = {each: was for each, was in found.items() if not each.endswith("_excl")}
            continue
        was = found.pop(name, None)
        if not declared.is_ours(exclusion, name, "exclude_constraint"):
            continue
        definition = declared.exclusion(exclusion)
        comes = added("exclusion", pair.name, declared.quote(name), definition)
        if was is None:
            yield Suspect(comes.what, comes=comes)
            continue
        said = declared.as_before(pair.table.columns, definition, was.definition)
        questions = differ(pair.name, said, was.definition)
        if retyped.is_read_by(declared.place(pair.table), was.definition):
            questions = ()
        if questions is not None:
            leaves = added("exclusion", pair.name, declared.quote(name), was.definition).reverse()
            yield Suspect(comes.what, questions, leaves, comes)
    for name, was in found.items():
        leaves = added("exclusion", pair.name, declared.quote(name), was.definition).reverse()
        yield Suspect(leaves.what, leaves=leaves)
