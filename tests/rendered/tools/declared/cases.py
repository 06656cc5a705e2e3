"""Every change of a view, a function and a trigger that is proved."""

from __future__ import annotations

from tests.rendered.tools.changes.kinds import cases
from tests.rendered.tools.declared.columns import COLUMNS
from tests.rendered.tools.declared.functions import FUNCTIONS
from tests.rendered.tools.declared.views import VIEWS

CASES = cases([*VIEWS, *FUNCTIONS, *COLUMNS])
