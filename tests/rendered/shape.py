"""What this project was rendered with. A proof of what it has not is not collected."""

from __future__ import annotations

from pathlib import Path

ANSWERS = (Path(__file__).parents[2] / ".copier-answers.yml").read_text(encoding="utf-8")

HAS_RLS = "\ninclude_rls: true\n" in ANSWERS
HAS_STORAGE = "\ninclude_storage: true\n" in ANSWERS

OF_RLS = (
    "database/test_callers.py",
    "database/test_service_role.py",
    "policies/test_autogenerate.py",
    "policies/test_drift.py",
    "policies/test_expressions.py",
    "policies/test_first_revisions.py",
    "tools/persons/test_attacks.py",
    "tools/persons/test_causes.py",
    "tools/persons/test_demands.py",
    "tools/persons/test_query.py",
    "tools/persons/test_versions.py",
)
WITHOUT_RLS = (
    "policies/test_opened.py",
    "tools/doctor/test_without_rls.py",
    "tools/persons/test_without_rls.py",
)
OF_STORAGE = ("http/test_prefixes.py", "local/storage", "storage", "tools/doctor/test_files.py")

NOT_COLLECTED = [
    *(WITHOUT_RLS if HAS_RLS else OF_RLS),
    *(() if HAS_STORAGE else OF_STORAGE),
]
"""Paths of this folder."""
