"""A revision that a version brings is written at the project's own head, once, and alone."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from hooks.project import Project

FILE_TEMPLATE = "%(rev)s_%(slug)s"
"""Alembic's own, for a project whose settings have none."""


@dataclass(frozen=True)
class Revision:
    """What the database of an existing project lacks since this version.

    *upgrade* and *downgrade* are Python as it stands in the two functions, less the indentation;
    *imports* are lines beside that of `op`. The database of a project has tables that we do not
    know: a statement that concerns them finds them in Postgres' own catalogue.
    """

    id: str
    message: str
    upgrade: str
    downgrade: str
    imports: tuple[str, ...] = ()

    def run(self, project: Project) -> Iterator[str]:
        """Write the file, unless one of this id is there under whatever name."""
        folder = alembic_setting(project, "script_location", "migrations").rstrip("/")
        versions = project.root / folder / "versions"
        try:
            known = read(versions)
        except SyntaxError as error:
            yield f"{error.filename} is no Python, so the revision {self.id} was not written."
            return
        if self.id in known:
            return
        heads = sorted(known.keys() - {below for old in known.values() for below in old})
        if len(heads) > 1:
            yield (
                f"The revision {self.id} ({self.message}) was not written, since the revisions have"
                f" several heads: {', '.join(heads)}. Join them with `alembic merge heads`, then"
                f" run this step again, as the template's hooks/README.md tells."
            )
            return
        name = self.file_name(alembic_setting(project, "file_template", FILE_TEMPLATE))
        if not project.dry:
            versions.mkdir(parents=True, exist_ok=True)
            (versions / name).write_bytes(self.text(heads[0] if heads else None).encode())
        yield f"{folder}/versions/{name} is new ({self.message}): read it, then apply it."

    def file_name(self, template: str) -> str:
        """Return what Alembic would call the file today."""
        slug = "_".join(re.findall(r"\w+", self.message)).lower()[:40].rstrip("_")
        now = datetime.now(timezone.utc)
        parts = ("year", "month", "day", "hour", "minute", "second")
        values: dict[str, Any] = {part: getattr(now, part) for part in parts}
        return (
            template % {**values, "epoch": int(now.timestamp()), "rev": self.id, "slug": slug}
            + ".py"
        )

    def text(self, below: str | None) -> str:
        """Return the file, as `ruff format` leaves it if *upgrade* and *downgrade* are so."""
        imports = "\n".join(sorted([*self.imports, "from alembic import op"], key=_place))
        upgrade, downgrade = (
            indent(dedent(body).strip("\n"), "    ") for body in (self.upgrade, self.downgrade)
        )
        return (
            f'"""{self.message}"""\n\n{imports}\n\n'
            f'revision = "{self.id}"\n'
            f"down_revision = {quoted(below)}\n"
            "branch_labels = None\ndepends_on = None\n\n\n"
            f"def upgrade() -> None:\n{upgrade}\n\n\n"
            f"def downgrade() -> None:\n{downgrade}\n"
        )


def _place(line: str) -> tuple[bool, str]:
    return line.startswith("from "), line


def quoted(revision: str | None) -> str:
    """Return an id as the formatter writes it."""
    return "None" if revision is None else f'"{revision}"'


def read(versions: Path) -> dict[str, tuple[str, ...]]:
    """Return each revision there is with those that it follows; nothing is imported."""
    known: dict[str, tuple[str, ...]] = {}
    for file in sorted(versions.glob("*.py")):
        names = assigned(ast.parse(file.read_bytes(), file.name))
        if isinstance(names.get("revision"), str):
            below = names.get("down_revision") or ()
            known[names["revision"]] = (below,) if isinstance(below, str) else tuple(below)
    return known


def assigned(module: ast.Module) -> dict[str, Any]:
    """Return the constants that a module gives names to, with or without a type."""
    found: dict[str, Any] = {}
    for line in module.body:
        targets = line.targets if isinstance(line, ast.Assign) else []
        if isinstance(line, ast.AnnAssign):
            targets = [line.target]
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(line, ast.Assign | ast.AnnAssign):
                try:
                    found[target.id] = ast.literal_eval(line.value) if line.value else None
                except ValueError:
                    continue
    return found


def alembic_setting(project: Project, name: str, default: str) -> str:
    """Return a plain setting of Alembic's; Python 3.10 cannot read TOML by itself."""
    file = project.root / "pyproject.toml"
    content = file.read_text(encoding="utf-8") if file.is_file() else ""
    table = re.search(r"(?ms)^\[tool\.alembic\]\s*$(.*?)(?=^\[|\Z)", content)
    row = rf"""(?m)^{name}\s*=\s*(["'])(.*?)\1"""
    found = re.search(row, table.group(1)) if table else None
    value = found.group(2) if found else default
    return value.replace("%(here)s/", "").replace("%%", "%")
