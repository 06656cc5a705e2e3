"""The template, cloned for the moment: its releases, and what one of its versions says."""

from dataclasses import dataclass
from pathlib import Path

from ..failure import Failure
from .address import address_of, without_credentials
from .answers import NAME, Answers
from .programs import git
from .versions import Version, newest_of, version_of

REACHED_WITHIN = 20
"""Seconds that the host of the template has to answer."""


@dataclass(frozen=True)
class Clone:
    """A clone with the whole history."""

    folder: Path

    def newest(self) -> str:
        """Return the newest release, or the newest commit where there is none, as Copier does."""
        tags = self._ask("tag", "--list").splitlines()
        return newest_of(tags) or self._ask("describe", "--tags", "--always", "HEAD")

    def holds(self, commit: str) -> bool:
        """Tell whether *commit*, as `git describe` writes it, is one of the template's."""
        return bool(self._ask("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}"))

    def is_in(self, older: str, newer: str) -> bool:
        """Tell whether *newer* is *older*, or was made from it."""
        return self._ask("merge-base", older, newer) == self._ask(
            "rev-parse", f"{older}^{{commit}}"
        )

    def version_of(self, commit: str) -> Version | None:
        """Return the last release in the history of *commit*."""
        tags = self._ask("tag", "--list", "--merged", commit).splitlines()
        return version_of(newest_of(tags) or "")

    def read(self, version: str, file: str) -> str:
        """Return what *file* said in *version*; nothing where it was not there."""
        return self._ask("show", f"{version}:{file}")

    def _ask(self, *words: str) -> str:
        return git("-C", str(self.folder), *words).output.strip()


def clone(answers: Answers, into: Path) -> Clone:
    """Clone the template of a project, which has to hold the version that the project came from.

    Raises:
        Failure: it cannot be reached, or is another template.
    """
    address = address_of(answers.source)
    shown = without_credentials(answers.source)
    ended = git("ls-remote", "--tags", "--", address, within=REACHED_WITHIN)
    if ended.is_well:
        ended = git("clone", "--quiet", "--", address, str(into), within=300)
    if not ended.is_well:
        raise Failure(
            f"the template at {shown} does not answer ({ended.complaint}): check the network, your"
            f" access to it, and _src_path in {NAME}"
        )
    template = Clone(into)
    if not template.holds(answers.commit):
        raise Failure(
            f"{shown} has no commit {answers.commit}; this was rendered from work that was never"
            f" committed there. Set _commit in {NAME} to the release that it was nearest to"
            f"{_nearest(answers.commit)}, and commit it"
        )
    return template


def _nearest(commit: str) -> str:
    """Return what `git describe` counted from."""
    release, *beyond = commit.rsplit("-", 2)
    return f", {release}" if beyond and version_of(release) else ""
