"""Answers that are flipped, with rows: the service goes on, with one revision each way."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import copier
import pytest

from tests.flipping import Lived, everybodys

Run = Callable[..., str]
Commit = Callable[[Path, str], None]
StandIn = Callable[[Path], AbstractContextManager[dict[str, str]]]

# Copier renders both versions into empty folders, where the answers before the update are not.
pytestmark = pytest.mark.filterwarnings("ignore::copier.errors.MissingFileWarning")


@pytest.fixture
def lived(
    template: Path, run: Run, commit: Commit, stand_in: StandIn, tmp_path: Path
) -> Callable[..., Lived]:
    """Make a project of a template of the test's own, which may release another version."""

    def make(**answers: Any) -> Lived:
        source = tmp_path / "template"
        run("git", "clone", "--quiet", template, source, cwd=tmp_path)
        folder = tmp_path / "service"
        copier.run_copy(str(source), folder, data=answers, defaults=True, quiet=True, unsafe=False)
        return Lived(folder, run, commit, stand_in)

    return make


def test_row_level_security_goes_and_comes_and_goes_with_rows(lived: Callable[..., Lived]) -> None:
    """In a project with notes, and with a feature of its own that declares policies."""
    service = lived()
    service.add_feature("tasks", declared=True)
    service.revise()
    features = ("notes", "tasks")
    assert service.use(*features, title="one") == everybodys(*features, titles=("one",))

    service.flip(include_rls=False)

    opened = service.revise()
    for table in features:
        assert f"alter table {table} disable row level security" in opened
        assert f"revoke all on table {table} from anon, authenticated, service_role" in opened
    assert service.use(*features, title="two") == everybodys(*features, titles=("one", "two"))
    service.prove()

    service.flip(include_rls=True)

    closed = service.revise()
    for table in features:
        assert f"alter table {table} enable row level security" in closed
    seen = service.use(*features, title="three")
    assert seen == everybodys(*features, titles=("one", "two", "three"))
    service.prove()

    service.flip(include_rls=False)

    service.revise()
    titles = ("one", "two", "three", "four")
    assert service.use(*features, title="four") == everybodys(*features, titles=titles)


def test_a_table_that_nobody_declared_is_closed_by_name_when_row_level_security_comes(
    lived: Callable[..., Lived],
) -> None:
    """In a project without notes, whose own feature was made without row level security."""
    service = lived(include_rls=False, include_storage=False)
    service.add_feature("tasks", declared=False)
    policies = service.package.joinpath("notes/policies.py").read_text()
    service.do_without_notes()
    service.revise()
    assert service.use("tasks", title="one") == everybodys("tasks", titles=("one",))

    service.flip(include_rls=True)

    service.run("uv", "sync", "--quiet", cwd=service.folder)
    told = service.command("revision", "-m", "row level security")
    assert "tasks: no policies.py declares who may reach it, so it is closed" in told
    [written] = (service.folder / "migrations/versions").glob("*row_level_security*")
    written.unlink()
    declared = policies.replace("note", "task").replace("Note", "Task")
    service.package.joinpath("tasks/policies.py").write_text(declared)
    service.revise()
    assert service.use("tasks", title="two") == everybodys("tasks", titles=("one", "two"))
    service.prove()


def test_storage_comes_and_goes_and_comes_with_rows_and_files(
    lived: Callable[..., Lived],
) -> None:
    """With a feature of its own; the files that were there are there again."""
    service = lived(include_storage=False)
    service.add_feature("tasks", declared=True)
    service.revise()
    features = ("notes", "tasks")
    service.use(*features, title="one")

    service.flip(include_storage=True)

    service.revise()
    service.use(*features, title="two", stored="first.txt")
    service.prove()

    service.flip(include_storage=False)

    assert not [*service.package.glob("files/*.py")]
    assert service.revise() == ""
    service.use(*features, title="three")
    service.prove()

    service.flip(include_storage=True)

    assert service.revise() == ""
    seen = service.use(*features, title="four", stored="second.txt")
    assert seen == everybodys(*features, titles=("one", "two", "three", "four"))


def test_both_come_with_a_version(
    lived: Callable[..., Lived], run: Run, commit: Commit, tmp_path: Path
) -> None:
    service = lived(include_rls=False, include_storage=False)
    service.revise()
    service.use("notes", title="one")
    source = tmp_path / "template"
    health = source / "template/src/{{ package_name }}/supabase/http/health.py"
    health.write_text(health.read_text() + "\n# The next version.\n")
    commit(source, "Release")
    run("git", "tag", "v1.1.0", cwd=source)

    service.update(include_rls=True, include_storage=True)

    assert "# The next version." in (service.package / "supabase/http/health.py").read_text()
    service.revise()
    seen = service.use("notes", title="two", stored="first.txt")
    assert seen == everybodys("notes", titles=("one", "two"))
    service.prove()

    service.flip(include_rls=False, include_storage=False)

    service.revise()
    titles = ("one", "two", "three")
    assert service.use("notes", title="three") == everybodys("notes", titles=titles)
