"""The table of changes: a kind is added to it by the module that has it."""

from __future__ import annotations

from tests.rendered.tools.changes import columns, definitions, domains, keys
from tests.rendered.tools.changes.kinds import Case, cases

CASES: list[Case] = cases([*columns.KINDS, *definitions.KINDS, *domains.KINDS, *keys.KINDS])
