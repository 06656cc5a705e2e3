"""A report in SARIF 2.1.0, which code hosts show beside a change. Pure."""

import json
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from .finding import Finding
from .read import Report, titles

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warn": "warning", "info": "note"}


def as_sarif(report: Report, folder: str) -> str:
    """Return it; a finding stands in the file of its advisory, below *folder* of the repository.

    An object of a database stands in no file, and a code host shows nothing without one.
    """
    rules = [{"id": name, "shortDescription": {"text": it}} for name, it in titles().items()]
    places = {rule["id"]: place for place, rule in enumerate(rules)}
    results = [_result(each, places, folder) for each in report.findings]
    run = {"tool": {"driver": {"name": "lint", "rules": rules}}, "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _result(finding: Finding, places: dict[Any, int], folder: str) -> dict[str, Any]:
    what = f"{finding.name} {finding.object}"
    return {
        "ruleId": finding.name,
        "ruleIndex": places[finding.name],
        "level": LEVELS[finding.level],
        "message": {"text": f"{finding.object}: {finding.why}. Mend it: {finding.remedy}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": f"{quote(folder)}/{finding.name}.sql"},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [{"fullyQualifiedName": finding.object}],
            }
        ],
        # The same object stays the same alert, whatever else is found.
        "partialFingerprints": {"object/v1": sha256(what.encode()).hexdigest()},
    }
