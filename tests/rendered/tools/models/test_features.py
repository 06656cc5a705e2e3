"""What is written into a project is a part of it, in every shape."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.rendered.shape import HAS_RLS
from tests.test_house import circle

PACKAGE = Path("src", "my_supabase_service")

MODELS = ("-c", "from my_supabase_service.cli import app; app()", "models")

Python = Callable[..., "subprocess.CompletedProcess[str]"]


def test_features_that_are_written_into_the_project_are_found_by_its_migrations(
    checkout: Path, python: Python
) -> None:
    """Features may know each other, so far as only a type checker sees it."""
    out = ("--out", f"{PACKAGE}/")
    others = "customers,addresses,products,tags,product_tags,orders,order_lines,crm.leads"

    written = python(*MODELS, "--tables", others, *out)
    again = python(*MODELS, "--tables", others, *out)
    (checkout / "migrations" / "left_alone.txt").write_text("memos")  # which proofs brought
    checked = python("-m", "alembic", "check")

    assert written.returncode == 0, written.stderr
    assert f"{PACKAGE}/orders/policies.py" in written.stdout.splitlines()
    assert again.returncode == 0, again.stderr
    assert again.stderr == "models: wrote 0 of 16 files, the others are the same\n"
    assert checked.returncode == 0, checked.stderr
    package = checkout / PACKAGE
    files = {path.relative_to(package): path.read_text() for path in package.rglob("*.py")}
    assert "from ..customers.model import Customer" in files[Path("orders", "model.py")]
    assert circle(files) == []
    policies = files[Path("customers", "policies.py")]
    assert ("secure(\n    Customer,\n" in policies) == HAS_RLS
    assert ("this project declares no row level security" in policies) != HAS_RLS
