"""Every route does what `/openapi.json` says, whatever a client sends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread
from fastapi import FastAPI
from httpx import AsyncClient

from my_supabase_service.main import create_app

EXAMPLES = {True: 6, False: 2}
"""Requests of each kind, for each route: signed in, and not, when most are 401 before anything."""


# Not by `--checks all` on the command line, which would also run those that are off here.
CONFIGURATION = """
[checks]
enabled = true

[[operations]]  # which text is a cursor, no schema can say
include-name = "GET /notes"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 422]
checks.negative_data_rejection.expected-statuses = [401, 414, 422]  # one can be too long for a URL

[[operations]]  # nor which bytes are a picture; and in a form everything is text
include-name = "POST /files"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 409, 415, 422]
checks.negative_data_rejection.enabled = false

[[operations]]  # nor how many bytes a path has once it is spelled
include-name = "GET /files"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 422]

[[operations]]  # nor how long a file is; a link takes what comes before the first slash of a path
include-name = "GET /files/{path}"
checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", 401, 404, 416, 422]
checks.ensure_resource_availability.enabled = false

[[operations]]
include-name = "DELETE /files/{path}"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 404, 422]
checks.ensure_resource_availability.enabled = false

[[operations]]
include-name = "POST /files/signed-url"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 404, 422]

[[operations]]
include-name = "POST /files/signed-upload"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 409, 422]
"""


@pytest.fixture
def settings(settings: Any) -> Any:
    """The documentation names the longest time that any setting lets a signed URL have."""
    week = {"storage_signed_url_max_seconds": 7 * 24 * 3600}
    return settings.model_copy(update=week if hasattr(settings, "storage_bucket") else {})


@pytest.fixture
def app(settings: Any) -> FastAPI:
    """The service as it is: every route of the project is tried, and none of the proofs' own."""
    return create_app(settings)


@pytest.mark.parametrize("is_signed_in", [True, False])
async def test_no_request_finds_what_the_documentation_does_not_say(
    server: AsyncClient, tmp_path: Path, is_signed_in: bool
) -> None:
    """All checks of schemathesis, with the same seed each time."""
    sign_in = ["--header", f"Authorization: {server.headers['Authorization']}"]
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(CONFIGURATION, encoding="utf-8")
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        *("--config-file", str(configuration), "run"),
        f"{server.base_url}/openapi.json",
        *(sign_in if is_signed_in else []),
        *("--seed", "1", "--max-examples", str(EXAMPLES[is_signed_in])),
        *("--continue-on-failure", "--generation-database", "none", "--no-color"),
    ]

    done = await to_thread.run_sync(
        lambda: subprocess.run(  # noqa: S603
            command, cwd=tmp_path, check=False, capture_output=True, text=True
        )
    )

    print(done.stdout[-2000:])  # noqa: T201
    assert done.returncode == 0, done.stdout
