"""What the project has already, and what is written beside it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

PACKAGE = Path("src", "my_supabase_service")

MODELS = ("-c", "from my_supabase_service.cli import app; app()", "models")

Python = Callable[..., "subprocess.CompletedProcess[str]"]


def test_what_the_project_has_a_model_of_is_left_out(checkout: Path, python: Python) -> None:
    done = python(*MODELS, "--out", f"{PACKAGE}/{{schema}}/model.py")

    assert done.returncode == 0, done.stderr
    assert "left out what the project has a model of: public.notes (notes/model.py)" in done.stderr
    assert '"notes"' not in (checkout / PACKAGE / "public" / "model.py").read_text()


def test_a_table_that_is_referred_to_gets_a_stub_until_it_is_modelled(
    checkout: Path, python: Python
) -> None:
    done = python(*MODELS, "--tables", "order_lines", "--out", f"{PACKAGE}/")
    # Anybody with the public key reaches what has no model: to leave it alone has to be said.
    others = "memos customers addresses products tags product_tags orders crm.leads"
    (checkout / "migrations" / "left_alone.txt").write_text(others.replace(" ", "\n"))
    checked = python("-m", "alembic", "check")
    more = python(*MODELS, "--tables", "orders", "--out", f"{PACKAGE}/")

    assert done.returncode == 0, done.stderr
    model = (checkout / PACKAGE / "order_lines" / "model.py").read_text()
    assert "# Only what a foreign key needs" in model
    assert checked.returncode == 0, checked.stderr
    assert (more.returncode, more.stdout) == (1, "")
    assert more.stderr.endswith("take that Table(...) out of order_lines/model.py first\n")


def test_a_project_that_cannot_be_imported_is_told_with_its_line(
    checkout: Path, python: Python
) -> None:
    with (checkout / PACKAGE / "notes" / "model.py").open("a") as file:
        file.write("1 / 0\n")

    done = python(*MODELS, "--tables", "tags", "--out", f"{PACKAGE}/")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("models: the project cannot be imported: notes/model.py, line ")
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")
