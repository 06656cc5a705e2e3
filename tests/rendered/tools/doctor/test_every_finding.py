"""Nothing that the doctor can say is without a test that produced it."""

from __future__ import annotations

import errno
import re
from pathlib import Path

from tests.rendered.tools.doctor.conftest import MORE
from tests.rendered.tools.doctor.produced import Produced, findings

from my_supabase_service.supabase.database.login import handshake, refusals
from my_supabase_service.supabase.database.login.refusals import Refusal
from my_supabase_service.tools.doctor.checkup import WITHIN
from my_supabase_service.tools.doctor.doctor import CHECKS
from my_supabase_service.tools.doctor.words import parted

OF_OTHER_SHAPES = {"ok(f'requests act as {facts.login}, by its own grants')"}
"""What only a project without row level security is told, whose own proofs produce it."""

NOT_TOLD = {
    "no such user": "PgBouncer 1.18 says that the password is wrong",
    "no such database": "the PgBouncer of the bench takes every database",
    str(errno.EHOSTUNREACH): "on loopback no host is out of reach",
}
"""Refusals that nothing on this machine utters."""


def test_each_was_produced_by_a_test(produced: Produced) -> None:
    missing = [it for it in findings() if it.code not in OF_OTHER_SHAPES and not produced.has(it)]

    assert [*map(str, missing)] == []


def every_refusal() -> dict[str, Refusal]:
    return {
        **refusals.BY_TEXT,
        **refusals.BY_SQLSTATE,
        **{str(number): refusal for number, refusal in refusals.BY_ERRNO.items()},
        "no address": refusals.NO_ADDRESS,
        "silent": refusals.SILENT,
        "unknown": refusals.UNKNOWN,
        "no TLS": Refusal(handshake.NO_TLS),
    }


def test_each_refusal_of_a_login_was_produced_by_a_test(produced: Produced) -> None:
    missing: list[str] = []
    for name, refusal in every_refusal().items():
        sentence = re.sub(r"\\{\w+\\}", ".*", re.escape(parted(refusal.remedy)[0]))
        if not any(re.search(sentence, it) for it in produced.said):
            missing.append(name)

    assert missing == [*NOT_TOLD]


def rows(root: Path, columns: int) -> list[list[str]]:
    """Return the rows of the page's table with so many columns, without its head."""
    text = (root / "docs" / "doctor.md").read_text(encoding="utf-8")
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| `")]
    return [line for line in lines if len(line) == columns]


def test_the_page_says_nothing_that_was_not_said(produced: Produced, root: Path) -> None:
    unsaid: list[str] = []
    told = [row for row in rows(root, 3) if row[1].startswith("`")]
    for _, says, _ in told:
        sentence = re.escape(says.strip("`")).replace(r"\.\.\.", ".*")
        if not any(re.search(sentence, it) for it in produced.said):
            unsaid.append(says)

    assert unsaid == []
    assert len(told) > 40


def test_the_page_lists_the_checks_and_their_seconds(root: Path) -> None:
    listed = [(row[0], row[2]) for row in rows(root, 3) if not row[1].startswith("`")]

    assert listed == [(f"`{it.name}`", f"{it.within:g}") for it in (*CHECKS, *MORE)]
    assert f"and {WITHIN}\nseconds are the end" in (root / "docs" / "doctor.md").read_text("utf-8")
