"""Values for the row of each table that the matrix test makes up. Yours.

A row is made from types and foreign keys. Name here what rules of your own ask for beyond that, by
table and column: `{"orders": {"currency": "EUR"}}`.
"""

from typing import Any

SAMPLES: dict[str, dict[str, Any]] = {}
