"""`dev` as a person meets it: one command, one screen, one Ctrl-C."""

import json
import os
import pwd
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.running import all_gone, dev

Render = Callable[..., Path]
Run = Callable[..., str]


def test_it_serves_reloads_and_stops_at_ctrl_c(service: Path) -> None:
    """And what was written is there the next time, unless the start is to be a fresh one."""
    with dev(service) as first:
        note = first.write_note()
        family = first.family()
        assert any("postgres" in each.name() for each in family)

        routes = service / "src/my_supabase_service/notes/routes.py"
        routes.write_text(routes.read_text().replace('prefix="/notes"', 'prefix="/memos"'))
        first.wait_for(r"changed: .*routes.py")
        first.wait_for(r"reloaded in [\d.]+ s")
        assert first.send("GET", f"/memos/{note}").json()["title"] == "milk"
        routes.write_text(routes.read_text().replace('prefix="/memos"', 'prefix="/notes"'))
    assert first.process.returncode == 0
    assert first.told().endswith("stopped\n")
    assert all_gone(family)

    with dev(service) as second:
        assert second.ids() == [note]
    with dev(service, "--fresh") as third:
        assert third.ids() == []


def test_a_mistake_in_the_code_is_survived_by_the_next_change(service: Path) -> None:
    routes = service / "src/my_supabase_service/notes/routes.py"
    whole = routes.read_text()
    with dev(service) as running:
        assert running.address
        routes.write_text(whole + "\nraise RuntimeError('a mistake')\n")
        running.wait_for("the service did not start")
        assert "a mistake" in running.told()
        routes.write_text(whole)
        running.wait_for(r"reloaded in")
        running.write_note()


@pytest.mark.parametrize("victim", ["dev", "local", "postgres"])
def test_a_kill_loses_nothing_and_leaves_nothing_running(service: Path, victim: str) -> None:
    with dev(service) as running:
        note = running.write_note()
        family = running.family()
        top = psutil.Process(running.process.pid)
        [local] = [each for each in top.children() if "local" in each.cmdline()]
        [postgres] = local.children()
        {"dev": top, "local": local, "postgres": postgres}[victim].kill()
        code = running.process.wait(60)
    assert code == (-signal.SIGKILL if victim == "dev" else 1)
    assert all_gone(family)

    with dev(service) as again:
        assert again.ids() == [note]


def test_it_never_meets_the_project_of_the_environment_or_of_dotenv(service: Path) -> None:
    """Else `dev` could migrate production."""
    real = "postgresql://postgres:secret@127.0.0.1:1/postgres?sslmode=disable"
    (service / ".env").write_text(f"DATABASE_URL={real}\nMIGRATIONS_DATABASE_URL={real}\n")
    environment = {
        **os.environ,
        "DATABASE_URL": real,
        "MIGRATIONS_DATABASE_URL": real,
        "SUPABASE_JWKS_URL": "https://real.supabase.co/keys",
        "HTTP_PROXY": "http://127.0.0.1:1",
        "http_proxy": "http://127.0.0.1:1",
    }

    with dev(service, env=environment) as running:
        running.write_note()


def test_an_ordinary_user_needs_no_rights_and_no_open_home(render: Render, run: Run) -> None:
    """As whoever runs this suite; and as a user without rights when that is root."""
    folder = render()
    home = folder.parent
    everyone: dict[str, Any] = {}
    run("uv", "sync", "--quiet", "--python", "/usr/bin/python3", cwd=folder)
    if os.geteuid() == 0:
        user = pwd.getpwnam("daemon")
        for path in [home, *home.rglob("*")]:
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
        for parent in home.parents:
            if parent.stat().st_uid == 0 and Path(tempfile.gettempdir()) in parent.parents:
                parent.chmod(0o711)
        everyone = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    home.chmod(0o700)

    with dev(folder, **everyone, env={"HOME": str(home), "PATH": os.environ["PATH"]}) as running:
        running.write_note()
        family = running.family()
        owner = psutil.Process(running.process.pid).uids().real
        assert {each.uids().real for each in family if each.is_running()} == {owner}
    assert all_gone(family)
    assert json.dumps(running.process.returncode) == "0"
