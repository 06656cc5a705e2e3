"""Skills are in the open format: https://agentskills.io/specification."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
SKILLS = sorted(ROOT.glob("skills/*"))
FIELDS = {"name", "description", "license", "compatibility", "metadata", "allowed-tools"}


@pytest.mark.parametrize("skill", SKILLS, ids=lambda skill: skill.name)
def test_a_skill_is_in_the_open_format(skill: Path) -> None:
    text = (skill / "SKILL.md").read_text(encoding="utf-8")
    nothing, front, body = text.split("---\n", 2)
    said = yaml.safe_load(front)

    assert nothing == ""
    assert {"name", "description"} <= said.keys() <= FIELDS
    assert said["name"] == skill.name
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", said["name"])
    assert len(said["name"]) <= 64
    assert 0 < len(said["description"]) <= 1024
    assert "Use when" in said["description"] or "Use for" in said["description"]
    assert 0 < body.count("\n") < 500


def test_the_page_for_agents_is_one_page_with_ten_mistakes() -> None:
    text = (ROOT / "AGENTS.md").read_text(encoding="utf-8")
    _, _, mistakes = text.partition("## The ten mistakes that are made most\n")

    assert text.count("\n") <= 100
    assert len(re.findall(r"^\| (?!mistake |---)", mistakes, re.MULTILINE)) == 10
    assert len(SKILLS) >= 3
