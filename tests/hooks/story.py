"""Two made-up versions of the template, and what the owner of a project did before."""

import shutil
from collections.abc import Callable
from pathlib import Path

from tests.copying import run_copier

Run = Callable[..., str]
Commit = Callable[[Path, str], None]

INSIDE = "src/{{ package_name }}/supabase/http"
PACKAGE = "src/my_supabase_service"
HTTP = f"{PACKAGE}/supabase/http"

STEPS = {
    "v1.1.0": f'''"""What v1.1.0 asks of a project."""

from hooks.imports import Import
from hooks.moves import Move
from hooks.removals import Removal
from hooks.revision import Revision
from hooks.setting import Setting

STEPS = [
    Move("docs/http.md", "docs/serving.md"),
    Move("docs/auth.md", "docs/tokens.md"),
    Move("local/README.md", "local/ABOUT.md"),
    Move("AGENTS.md", "GUIDE.md"),
    Move("{INSIDE}/shares.py", "{INSIDE}/fair.py"),
    Move("{INSIDE}/origins.py", "{INSIDE}/cors.py"),
    Move("{INSIDE}/server/", "{INSIDE}/serving/"),
    Removal("docs/deploy.md", "the README tells it"),
    Removal("docs/connect.md", "the README tells it"),
    Removal("local/storage/", "dev starts the real one"),
    Setting("LOG_FORMAT", "LOGS"),
    Import("supabase.http.shares", "supabase.http.fair"),
    Import("supabase:export", "supabase:exported"),
    Revision(
        id="5b1a0c9d7e42",
        message="What existing databases lack",
        upgrade="op.execute(\\"select 1\\")",
        downgrade="pass",
    ),
]
''',
    "v1.2.0": '''"""What v1.2.0 asks of a project."""

from hooks.moves import Move
from hooks.revision import Revision
from hooks.setting import Setting

STEPS = [
    Move("docs/serving.md", "docs/serving/index.md"),
    Setting("LOGS", "LOG_STYLE"),
    Revision(id="6c2b1d0e8f53", message="More", upgrade="pass", downgrade="pass"),
]
''',
}

MOVED = {
    "v1.1.0": {
        "docs/http.md": "docs/serving.md",
        "docs/auth.md.jinja": "docs/tokens.md.jinja",
        "local/README.md": "local/ABOUT.md",
        "AGENTS.md.jinja": "GUIDE.md.jinja",
        f"{INSIDE}/shares.py": f"{INSIDE}/fair.py",
        f"{INSIDE}/origins.py": f"{INSIDE}/cors.py",
        f"{INSIDE}/server": f"{INSIDE}/serving",
    },
    "v1.2.0": {"docs/serving.md": "docs/serving/index.md"},
}
REMOVED = ("docs/deploy.md.jinja", "docs/connect.md.jinja", "local/storage")
RENAMED = {"v1.1.0": ("LOG_FORMAT", "LOGS"), "v1.2.0": ("LOGS", "LOG_STYLE")}

MIGRATION = """
  - version: {version}
    command:
      - "{{{{ _copier_python }}}}"
      - "{{{{ _copier_conf.src_path }}}}/hooks/run.py"
      - {version}
      - --answers-file={{{{ _copier_conf.answers_file }}}}
    when: "{{{{ _stage == 'after' }}}}"
"""

MINE = "\nA line of the owner's.\n"
REVISION = '''"""Mine."""

revision: str = "0a0a0a0a0a0a"
down_revision = "8f2c61d0a4be"
'''


def release(template: Path, run: Run, commit: Commit) -> None:
    """Release v1.1.0 and v1.2.0; the first has its steps in a file, and only the second runs them.

    So an update to the first shows what is lost without them.
    """
    inside = template / "template"
    for version, moves in MOVED.items():
        for old, new in moves.items():
            (inside / new).parent.mkdir(exist_ok=True)
            (inside / old).rename(inside / new)
        change(inside / ".env.example.jinja", *RENAMED[version])
        name = f"{version.replace('.', '_')}.py"
        (template / "hooks" / "versions" / name).write_text(STEPS[version])
        if version == "v1.1.0":
            for path in REMOVED:
                discard(inside / path)
            change(inside / "docs/serving.md", "\n\n", "\n\nOf the next version.\n\n")
            change(inside / f"{INSIDE}/cors.py", '"""', '"""Of the next version. ')
        else:
            rows = "".join(MIGRATION.format(version=version) for version in STEPS)
            extend(template / "copier.yml", f"\n_migrations:{rows}")
        commit(template, "Release")
        run("git", "tag", version, cwd=template)


def own(service: Path) -> None:
    """Do what an owner does, in files that the next versions move, remove or know otherwise."""
    for name in ("docs/http.md", "docs/auth.md", "docs/deploy.md", f"{HTTP}/server/limits.py"):
        extend(service / name, MINE if name.endswith(".md") else "\n# Mine.\n")
    change(service / f"{HTTP}/origins.py", '"""', '"""Mine. ')
    extend(service / "local/storage/README.md", MINE)
    extend(service / "AGENTS.md", MINE)
    (service / "GUIDE.md").write_text("My guide.\n")
    (service / "local/README.md").rename(service / "local/MINE.md")
    (service / f"{HTTP}/server/mine.py").write_text('"""Mine."""\n')
    (service / f"{PACKAGE}/notes/mine.py").write_text(
        "from ..supabase import Page, export\nfrom ..supabase.http.shares import Shares\n"
    )
    (service / "migrations/versions/mine.py").write_text(REVISION)
    change(service / ".env.example", "# Copy", "# COLLECTOR=http://${LOG_FORMAT}\n\n# Copy")
    (service / "compose.yaml").write_text("environment: {LOG_FORMAT: json}\n")
    (service / ".env").write_text("LOG_FORMAT=a-value-of-mine\n")


def extend(file: Path, text: str) -> None:
    """Add *text* to the end of a file."""
    file.write_text(file.read_text() + text)


def change(file: Path, old: str, new: str) -> None:
    """Change the first *old* in a file."""
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))


def discard(path: Path) -> None:
    """Remove a file or a folder."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def update(service: Path, *arguments: str, expect: int = 0) -> str:
    """Run Copier as a person does, and return all that it prints."""
    return run_copier("update", "--defaults", *arguments, cwd=service, expect=expect)
