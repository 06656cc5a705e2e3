"""From a project to the report: clone the template, render one or two versions, compare."""

import signal
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ..failure import Failure
from .address import without_credentials
from .answers import Answers, read_answers
from .changelog import between
from .clone import Clone, clone
from .differences import Difference, differences, files_in
from .programs import git
from .render import render
from .report import Report
from .trust import steps_between


def look(root: Path) -> Report:
    """Compare the project in *root* with its template; nothing is written but temporary folders.

    Raises:
        Failure: something is in the way, here or on the way to the template.
    """
    with _template_of(root) as (answers, template, temporary):
        version, newest = answers.commit, _newest(template, answers)
        old = render(template, version, root, temporary / "old")
        edits = differences(old, root, files_in(old))
        changes: list[Difference] = []
        if newest != version:
            new = render(template, newest, root, temporary / "new")
            changes = differences(old, new, files_in(old) | files_in(new))
        here = {edit.file for edit in edits}
        here |= {it.file for it in changes if it.change == "added" and (root / it.file).exists()}
        return Report(
            source=without_credentials(answers.source),
            version=version,
            newest=newest,
            edits=edits,
            changes=changes,
            in_both=[change.file for change in changes if change.file in here],
            steps=_steps(template, version, newest),
            changelog=_changelog(template, version, newest),
        )


def read_changelog(root: Path) -> str:
    """Return what the template tells about the versions after the one of the project in *root*.

    Raises:
        Failure: the same.
    """
    with _template_of(root) as (answers, template, _):
        return _changelog(template, answers.commit, _newest(template, answers))


@contextmanager
def _template_of(root: Path) -> Generator[tuple[Answers, Clone, Path]]:
    """Clone the template of a project into a temporary folder, and give that folder, too."""
    answers = read_answers(root)
    if not git("-C", str(root), "rev-parse", "--show-toplevel").is_well:
        raise Failure(
            f"{root} is not in Git, which an update needs to merge: git init, git add --all, and"
            " git commit"
        )
    # As Ctrl-C does, so that the temporary folders go.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with TemporaryDirectory(prefix="template-", ignore_cleanup_errors=True) as name:
        temporary = Path(name).resolve()
        yield answers, clone(answers, temporary / "template"), temporary


def _newest(template: Clone, answers: Answers) -> str:
    """Return the newest version, which is the project's own where nothing came after it."""
    newest = template.newest()
    return answers.commit if template.is_in(newest, answers.commit) else newest


def _steps(template: Clone, version: str, newest: str) -> list[str]:
    if newest == version:
        return []
    configuration = template.read(newest, "copier.yml")
    return steps_between(configuration, template.version_of(version), template.version_of(newest))


def _changelog(template: Clone, version: str, newest: str) -> str:
    changelog = template.read(newest, "CHANGELOG.md")
    return between(changelog, template.version_of(version), template.version_of(newest))
