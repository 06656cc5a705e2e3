"""A revision is written once, at the head that there is, in a file named as the others are."""

import re
from collections.abc import Callable

import pytest

from hooks.project import Project
from hooks.revision import Revision

Small = Callable[..., Project]
Run = Callable[..., str]

STEP = Revision(
    id="5b1a0c9d7e42",
    message="The login's own role",
    upgrade="""
        op.execute("select 1")
        op.add_column("a", sa.Column("b", sa.Text()))
    """,
    downgrade="""
        op.drop_column("a", "b")
    """,
    imports=("import sqlalchemy as sa",),
)
OURS = '[tool.alembic]\nfile_template = "%%(year)d%%(month).2d_%%(slug)s_%%(rev)s"\n[tool.a]\n'


def revision(own: str, below: str) -> str:
    return f'revision = "{own}"\ndown_revision: str | tuple[str, ...] | None = {below}\n'


def test_a_revision_follows_the_head(small: Small, run: Run) -> None:
    """A merge follows two; the text passes the project's linter as it is."""
    project = small(
        {
            "pyproject.toml": OURS,
            "migrations/versions/1.py": revision("1", "None"),
            "migrations/versions/2.py": revision("2", '"1"'),
            "migrations/versions/3.py": revision("3", '"1"'),
            "migrations/versions/4.py": revision("4", '("2", "3")'),
        }
    )

    [told] = STEP.run(project)

    [file] = (project.root / "migrations/versions").glob("*5b1a0c9d7e42.py")
    assert re.fullmatch(r"\d{6}_the_login_s_own_role_5b1a0c9d7e42.py", file.name)
    assert file.name in told
    text = file.read_text()
    assert 'down_revision = "4"\n' in text
    compile(text, file.name, "exec")
    run("uv", "run", "ruff", "format", "--check", "--isolated", file, cwd=project.root)
    run("uv", "run", "ruff", "check", "--isolated", "--select=I,E,W,F,D2", file, cwd=project.root)


def test_a_revision_that_is_there_is_not_written_again(small: Small) -> None:
    """Under any name, and wherever it stands among the others."""
    project = small(
        {
            "migrations/versions/mine.py": revision("5b1a0c9d7e42", "None"),
            "migrations/versions/next.py": revision("6", '"5b1a0c9d7e42"'),
        }
    )

    assert list(STEP.run(project)) == []
    assert len([*(project.root / "migrations/versions").iterdir()]) == 2


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"1.py": revision("1", "None"), "2.py": revision("2", "None")}, "several heads: 1, 2"),
        ({"1.py": "<<<<<<< before updating\n"}, "1.py is no Python"),
    ],
)
def test_what_is_in_the_way_is_told_and_nothing_is_written(
    small: Small, files: dict[str, str], reason: str
) -> None:
    project = small({f"migrations/versions/{name}": text for name, text in files.items()})

    [told] = STEP.run(project)

    assert reason in told
    assert {path.name for path in (project.root / "migrations/versions").iterdir()} == {*files}


def test_a_project_without_revisions_gets_its_first(small: Small) -> None:
    """In the folder that it names, and called as Alembic does without a pattern."""
    settings = '\n[tool.alembic]\nscript_location = "%(here)s/db"\n'
    project = small({"pyproject.toml": settings})

    [told] = STEP.run(project)

    file = project.root / "db/versions/5b1a0c9d7e42_the_login_s_own_role.py"
    assert "down_revision = None\n" in file.read_text()
    assert told.startswith("db/versions/")


def test_a_dry_run_writes_no_revision(small: Small) -> None:
    project = small({})
    project.dry = True

    assert len(list(STEP.run(project))) == 1
    assert not (project.root / "migrations").exists()
