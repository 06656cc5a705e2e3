"""The command: what it writes and where, and what it refuses in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]


def refused(done: Result) -> str:
    """Return the one line that a refusal is."""
    assert (done.exit_code, done.stdout) == (1, ""), done.output
    (line,) = done.stderr.splitlines()
    return line


def test_without_out_the_models_are_printed_and_nothing_is_written(run: Run, folder: Path) -> None:
    before = {*folder.rglob("*")}

    done = run("--tables", "customers")

    assert done.exit_code == 0, done.stderr
    compile(done.stdout, "printed", "exec")
    assert "class Customer(Existing):" in done.stdout
    assert "\nsecure(\n    Customer,\n" in done.stdout
    assert {*folder.rglob("*")} == before


def test_a_file_holds_a_schema_and_has_its_policies_beside_it(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named from where one stands, in whichever folder of the project."""
    (folder / "src").mkdir()
    monkeypatch.chdir(folder / "src")

    done = run("--schema", "crm", "--out", "crm/model.py")

    assert done.exit_code == 0, done.stderr
    written = {f"src/crm/{name}" for name in ("__init__.py", "model.py", "policies.py")}
    assert {*done.stdout.splitlines()} == written
    policies = (folder / "src" / "crm" / "policies.py").read_text()
    assert 'because="row level security is off"' in policies


def test_each_schema_has_a_file_where_the_name_says_so(run: Run, folder: Path) -> None:
    done = run("--out", "{schema}/model.py")

    assert done.exit_code == 0, done.stderr
    assert {path.parent.name for path in folder.glob("*/model.py")} == {"crm", "public"}


def test_a_file_that_is_there_is_written_over_when_that_is_asked_for(
    run: Run, folder: Path
) -> None:
    """The difference is shown first, and a refusal writes nothing at all."""
    arguments = ("--tables", "tags,products", "--out", "./")
    model = folder / "tags" / "model.py"
    assert run(*arguments).exit_code == 0
    good = model.read_text()
    model.write_text(good.replace("class Tag(", "class Label("))
    (folder / "products" / "model.py").unlink()

    done = run(*arguments)

    assert done.exit_code == 1
    assert "-class Label(Existing):\n+class Tag(Existing):\n" in done.stderr
    assert done.stderr.splitlines()[-1] == (
        "models: tags/model.py would be written over: --force does it, as the difference above"
        " shows; nothing is written"
    )
    assert not (folder / "products" / "model.py").exists()

    forced = run(*arguments, "--force")

    assert forced.exit_code == 0
    assert "-class Label(Existing):\n+class Tag(Existing):\n" in forced.stderr
    assert forced.stdout.splitlines() == ["products/model.py", "tags/model.py"]
    assert model.read_text() == good


def test_what_cannot_be_written_leaves_all_as_it_was(run: Run, folder: Path) -> None:
    """The second folder cannot be made, which shows after the first one was."""
    (folder / "tags").symlink_to("nowhere")

    done = run("--tables", "products,tags", "--out", "./")

    assert refused(done) == "models: tags: File exists; nothing is written"
    assert not (folder / "products").exists()


REFUSALS = {
    "models: there is no table orderz in": ("--tables", "orderz"),
    "there is no schema crmm in this database": ("--schema", "crmm"),
    "models: there is no table in nothing": ("--schema", "nothing"),
    "models: a file holds one schema, these are crm, public": ("--out", "model.py"),
    "models: models.txt is no Python file, and no folder": ("--out", "models.txt"),
}


@pytest.mark.parametrize("sentence", REFUSALS)
def test_a_mistake_is_told_in_a_sentence(run: Run, sentence: str) -> None:
    assert sentence in refused(run(*REFUSALS[sentence]))


def test_a_database_that_nobody_reaches_is_told_in_a_sentence(run: Run) -> None:
    nowhere = "postgresql://postgres:secret@127.0.0.1:9/postgres"

    line = refused(run(DATABASE_URL=nowhere, MIGRATIONS_DATABASE_URL=nowhere))

    assert line.startswith("models cannot log in: ")
    assert "secret" not in line
