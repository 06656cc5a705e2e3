"""Whether the template has a newer release; without a network nobody is told off."""

from pathlib import Path

from ..failure import Failure
from ..template.address import address_of, without_credentials
from ..template.answers import read_answers
from ..template.programs import Ended, git
from ..template.report import UPDATE
from ..template.versions import newest_of, version_of
from .apart import apart
from .line import Line, ok, skip, warn

ANSWERED_WITHIN = 2
"""Seconds that the template's host has; nothing hangs on it."""


async def check_template(root: Path | None) -> Line:
    """Compare the release that this was rendered from with the template's tags."""
    if root is None:
        return skip("this is no checkout")
    try:
        answers = read_answers(root)
        address, commit = address_of(answers.source), answers.commit
        ended = await apart(_tags, address)
    except Failure as failure:
        return warn(str(failure), "docs/upgrading.md")
    if not ended.is_well:
        return skip(f"{without_credentials(answers.source)} does not answer: {ended.complaint}")
    tags = [line.rpartition("refs/tags/")[2] for line in ended.output.splitlines()]
    return judged(commit, newest_of(tags))


def _tags(address: str) -> Ended:
    return git("ls-remote", "--tags", "--refs", "--", address, within=ANSWERED_WITHIN)


def judged(commit: str, newest: str | None) -> Line:
    """Compare what `git describe` called the template with its *newest* release."""
    nearest = commit if version_of(commit) else commit.rsplit("-", 2)[0]
    mine = version_of(nearest)
    if mine is None or newest is None:
        return skip(f"rendered from {commit}, which is no release")
    if (version_of(newest) or mine) > mine:
        return warn(
            f"{newest} of the template is there, this was rendered from {commit}",
            f"`template` tells what it brings, {UPDATE} brings it (docs/upgrading.md)",
        )
    return ok(f"{commit}, the newest")
