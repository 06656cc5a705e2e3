"""What keeps `dev` from starting is told in one line."""

import re
import socket
from pathlib import Path

import psutil

from tests.running import Dev, all_gone, dev


def one_line_of(done: Dev) -> str:
    """Return what it says after it failed, apart from progress."""
    assert done.process.wait(90) == 1
    progress = ("starting a Supabase", "migrate: applied")
    [line] = [line for line in done.told().splitlines() if not line.startswith(progress)]
    assert all_gone(psutil.Process().children(recursive=True))
    return line


def test_a_taken_port_is_told_in_one_line(service: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        line = one_line_of(Dev(service, "--port", str(port)))

    assert f"port {port} is taken" in line


def test_a_broken_migration_is_told_in_one_line(service: Path) -> None:
    [revision] = (service / "migrations" / "versions").glob("*_notes.py")
    revision.write_text(revision.read_text().replace('"notes",', '"notes", sa.Colum(),', 1))

    line = one_line_of(Dev(service))

    assert re.search(r"migrate: \S+notes.py, line \d+: .*Colum", line)


def test_a_folder_that_is_not_writable_is_told_in_one_line(service: Path) -> None:
    (service / ".local").write_text("a file where the folder should be")

    assert ".local" in one_line_of(Dev(service))


def test_a_second_dev_in_the_project_is_told_in_one_line(service: Path) -> None:
    with dev(service) as first:
        first.write_note()
        second = Dev(service)
        assert second.process.wait(90) == 1
        assert "already runs" in second.told().splitlines()[-1]
        first.write_note()


def test_it_runs_from_any_folder_of_the_project_and_nowhere_else(
    service: Path, tmp_path: Path
) -> None:
    with dev(service, "--port", "0", cwd=service / "src" / "my_supabase_service") as running:
        assert running.address
        assert (service / ".local" / "env").is_file()

    assert "is not inside the project" in one_line_of(Dev(service, cwd=tmp_path))
