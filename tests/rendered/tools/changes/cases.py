"""The table of changes: a kind is added to it by the module that has it."""

from __future__ import annotations

from tests.rendered.tools.changes import columns, counting, definitions, domains, keys, retyped
from tests.rendered.tools.changes.kinds import Case, cases

TABLES = (columns, counting, definitions, domains, keys, retyped)

CASES: list[Case] = cases([kind for each in TABLES for kind in each.KINDS])
