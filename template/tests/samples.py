"""What the matrix test has to know of each table. Yours.

A row is made from types and foreign keys. Name here what rules of your own ask for beyond that, by
table and column: `{"orders": {"currency": "EUR"}}`.
"""

from typing import Any

SAMPLES: dict[str, dict[str, Any]] = {}

UNBOUNDED: set[str] = set()
"""Columns, or whole tables, that may hold any size, or what Python cannot: `{"events.until"}`."""
