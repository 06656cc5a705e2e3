"""The table of changes: a kind is added to it by the module that has it."""

from __future__ import annotations

from tests.rendered.tools.changes import columns, definitions, domains, keys, retyped
from tests.rendered.tools.changes.kinds import Case, cases

KINDS = [columns.KINDS, definitions.KINDS, domains.KINDS, keys.KINDS, retyped.KINDS]

CASES: list[Case] = cases([kind for kinds in KINDS for kind in kinds])
