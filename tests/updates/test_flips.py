"""Answers that are flipped, with rows: the service goes on, with one revision each way."""

import shutil
from collections.abc import Callable
from pathlib import Path

from tests.flipping import Lived, everybodys
from tests.releases import NEXT


def test_row_level_security_goes_and_comes_and_goes_with_rows(lived: Callable[..., Lived]) -> None:
    """In a project with notes, and with a feature of its own that declares policies."""
    service = lived(NEXT)
    service.add_feature("tasks", declared=True)
    features = ("notes", "tasks")
    with service.running():
        service.revise()
        assert service.use(*features, title="one") == everybodys(*features, titles=("one",))

    service.flip(include_rls=False)

    with service.running():
        opened = service.revise()
        for table in features:
            assert f"alter table {table} disable row level security" in opened
            assert f"revoke all on table {table} from anon, authenticated, service_role" in opened
        seen = service.use(*features, title="two")
    assert seen == everybodys(*features, titles=("one", "two"))
    service.prove()

    service.flip(include_rls=True)

    with service.running():
        closed = service.revise()
        for table in features:
            assert f"alter table {table} enable row level security" in closed
        seen = service.use(*features, title="three")
    assert seen == everybodys(*features, titles=("one", "two", "three"))
    service.prove()

    service.flip(include_rls=False)

    with service.running():
        service.revise()
        seen = service.use(*features, title="four")
    assert seen == everybodys(*features, titles=("one", "two", "three", "four"))


def test_a_table_that_nobody_declared_is_closed_by_name_when_row_level_security_comes(
    lived: Callable[..., Lived],
) -> None:
    """In a project without notes, whose own feature was made without row level security."""
    service = lived(NEXT, include_rls=False, include_storage=False)
    service.add_feature("tasks", declared=False)
    policies = service.package.joinpath("notes/policies.py").read_text()
    service.do_without_notes()
    with service.running():
        service.revise()
        assert service.use("tasks", title="one") == everybodys("tasks", titles=("one",))

    service.flip(include_rls=True)

    with service.running():
        told = service.command("revision", "-m", "row level security")
        assert "tasks: no policies.py declares who may reach it, so it is closed" in told
        [written] = (service.folder / "migrations/versions").glob("*row_level_security*")
        written.unlink()
        declared = policies.replace("note", "task").replace("Note", "Task")
        service.package.joinpath("tasks/policies.py").write_text(declared)
        service.revise()
        seen = service.use("tasks", title="two")
    assert seen == everybodys("tasks", titles=("one", "two"))
    service.prove()


PROOFS = ("test_owners.py",)
"""Those that meet the policies that the revision made, and Storage under them."""


def test_storage_comes_and_goes_and_comes_with_rows_and_files(
    lived: Callable[..., Lived], add_proofs: Callable[[Path], None]
) -> None:
    """With a feature of its own; the files that were there are there again."""
    service = lived(NEXT, include_storage=False)
    service.add_feature("tasks", declared=True)
    features = ("notes", "tasks")
    with service.running():
        service.revise()
        service.use(*features, title="one")

    service.flip(include_storage=True)

    with service.running():
        service.revise()
        service.use(*features, title="two", stored="first.txt")
    add_proofs(service.folder)
    proofs = [f"tests/rendered/storage/{name}" for name in PROOFS]
    proved = service.run("uv", "run", "--no-sync", "pytest", "--quiet", *proofs, cwd=service.folder)
    assert " passed" in proved
    shutil.rmtree(service.folder / "tests/rendered")

    service.flip(include_storage=False)

    assert not [*service.package.glob("files/*.py")]
    with service.running():
        assert service.revise() == ""
        service.use(*features, title="three")
    service.prove()

    service.flip(include_storage=True)

    with service.running():
        assert service.revise() == ""
        seen = service.use(*features, title="four", stored="second.txt")
    assert seen == everybodys(*features, titles=("one", "two", "three", "four"))
