"""Encrypted off this machine, and verified when there is something to verify against."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import trustme
from httpx import AsyncClient
from pydantic import SecretStr
from tests.rendered.bench.pgbouncer import PgBouncer, pgbouncer

AUTHORITY = trustme.CA()


@pytest.fixture
async def bouncer(database_url: str, tmp_path: Path) -> AsyncGenerator[PgBouncer]:
    """A pooler that takes encrypted connections only, as a project can be set to."""
    certificate = AUTHORITY.issue_cert("127.0.0.1")
    key, chain = tmp_path / "key.pem", tmp_path / "chain.pem"
    certificate.private_key_pem.write_to_path(str(key))
    certificate.cert_chain_pems[0].write_to_path(str(chain))
    for file in (tmp_path, *tmp_path.parents[:2], key, chain):
        file.chmod(0o755)  # PgBouncer runs as somebody else
    tls = {
        "client_tls_sslmode": "require",
        "client_tls_key_file": key,
        "client_tls_cert_file": chain,
    }
    async with pgbouncer(database_url, extra=tls) as bouncer:
        yield bouncer


@pytest.fixture
def url(bouncer: PgBouncer) -> str:
    return bouncer.url.replace("?sslmode=disable", "")


@pytest.fixture
def root_cert() -> Path | None:
    return None


@pytest.fixture
def settings(settings: Any, url: str, root_cert: Path | None) -> Any:
    changes = {
        "database_url": SecretStr(url),
        "database_pooling_mode": "transaction",
        "database_ssl_root_cert": root_cert,
    }
    return settings.model_copy(update=changes)


async def test_a_connection_is_encrypted_unasked(alice: AsyncClient) -> None:
    assert (await alice.get("/notes")).status_code == 200


class TestWithoutEncryption:
    @pytest.fixture
    def url(self, bouncer: PgBouncer) -> str:
        return bouncer.url

    async def test_it_is_off_only_where_the_url_says_so(self, alice: AsyncClient) -> None:
        assert (await alice.get("/notes")).status_code == 503


class TestWithTheRightAuthority:
    @pytest.fixture
    def root_cert(self, tmp_path: Path) -> Path:
        file = tmp_path / "root.pem"
        AUTHORITY.cert_pem.write_to_path(str(file))
        return file

    async def test_the_server_is_verified(self, alice: AsyncClient) -> None:
        assert (await alice.get("/notes")).status_code == 200


class TestWithAnotherAuthority:
    @pytest.fixture
    def root_cert(self, tmp_path: Path) -> Path:
        file = tmp_path / "root.pem"
        trustme.CA().cert_pem.write_to_path(str(file))
        return file

    async def test_the_server_is_not_believed(
        self, alice: AsyncClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        answer = await alice.get("/notes")

        assert answer.status_code == 503
        assert "is not signed by DATABASE_SSL_ROOT_CERT" in caplog.text
