"""Encrypted off this machine, and verified when there is something to verify against."""

from __future__ import annotations

import socket
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import trustme
from anyio import to_thread
from httpx import AsyncClient
from pydantic import SecretStr
from sqlalchemy import make_url
from tests.rendered.bench.pgbouncer import PgBouncer, pgbouncer

from my_supabase_service.supabase.database.login import tls
from my_supabase_service.tools.failure import Failure
from my_supabase_service.tools.migrations.upgrade import upgrade

POOLER = "aws-0-eu-central-1.pooler.supabase.com"
AUTHORITY = trustme.CA()


@pytest.fixture
def mode() -> str:
    """How the pooler pools."""
    return "transaction"


@pytest.fixture
async def bouncer(
    database_url: str, owner_url: str, mode: str, tmp_path: Path
) -> AsyncGenerator[PgBouncer]:
    """A pooler that takes encrypted connections only, as a project can be set to."""
    certificate = AUTHORITY.issue_cert("127.0.0.1", POOLER)
    key, chain = tmp_path / "key.pem", tmp_path / "chain.pem"
    certificate.private_key_pem.write_to_path(str(key))
    certificate.cert_chain_pems[0].write_to_path(str(chain))
    for file in (tmp_path, *tmp_path.parents[:2], key, chain):
        file.chmod(0o755)  # PgBouncer runs as somebody else
    extra = {
        "client_tls_sslmode": "require",
        "client_tls_key_file": key,
        "client_tls_cert_file": chain,
    }
    login = owner_url if mode == "session" else database_url
    async with pgbouncer(login, mode=mode, extra=extra) as bouncer:
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
    assert (await alice.get("/memos")).status_code == 200


class TestWithoutEncryption:
    @pytest.fixture
    def url(self, bouncer: PgBouncer) -> str:
        return bouncer.url

    async def test_it_is_off_only_where_the_url_says_so(self, alice: AsyncClient) -> None:
        assert (await alice.get("/memos")).status_code == 503


class TestWithoutTlsAtTheServer:
    @pytest.fixture
    def url(self, database_url: str) -> str:
        return database_url.partition("?")[0]

    async def test_the_log_tells_how_to_do_without(
        self, alice: AsyncClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        answer = await alice.get("/memos")

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert "takes no TLS" in caplog.text
        assert "?sslmode=disable" in caplog.text
        assert "sslmode" not in answer.text


class TestWithTheRightAuthority:
    @pytest.fixture
    def root_cert(self, tmp_path: Path) -> Path:
        file = tmp_path / "root.pem"
        AUTHORITY.cert_pem.write_to_path(str(file))
        return file

    async def test_the_server_is_verified(self, alice: AsyncClient) -> None:
        assert (await alice.get("/memos")).status_code == 200


class TestWithAnotherAuthority:
    @pytest.fixture
    def root_cert(self, tmp_path: Path) -> Path:
        file = tmp_path / "root.pem"
        trustme.CA().cert_pem.write_to_path(str(file))
        return file

    async def test_the_server_is_not_believed(
        self, alice: AsyncClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        answer = await alice.get("/memos")

        assert answer.status_code == 503
        assert "is not signed by DATABASE_SSL_ROOT_CERT" in caplog.text


class AtSupabase:
    """The pooler answers for a host of Supabase's."""

    query = ""

    @pytest.fixture
    def url(self, bouncer: PgBouncer, monkeypatch: pytest.MonkeyPatch) -> str:
        look_up = socket.getaddrinfo

        def here(_host: str, _port: int, *rest: Any, **options: Any) -> Any:
            return look_up("127.0.0.1", bouncer.port, *rest, **options)

        monkeypatch.setattr(socket, "getaddrinfo", here)
        url = make_url(bouncer.url).set(host=POOLER, port=6543, query={})
        return url.render_as_string(hide_password=False) + self.query

    @pytest.fixture
    def signed_by_supabase(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        file = tmp_path / "root.pem"
        AUTHORITY.cert_pem.write_to_path(str(file))
        monkeypatch.setattr(tls, "SUPABASE_ROOTS", [file])


class TestAtSupabase(AtSupabase):
    @pytest.mark.usefixtures("signed_by_supabase")
    async def test_the_server_is_verified_unasked(
        self, alice: AsyncClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert (await alice.get("/memos")).status_code == 200
        assert "sslmode" not in caplog.text

    async def test_an_impostor_is_not_believed(
        self, alice: AsyncClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        for path in ("/memos", "/health/ready"):
            answer = await alice.get(path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
            assert "certificate" not in answer.text
        assert "is not signed by Supabase's authority, but by one that is called" in caplog.text


class TestAtSupabaseWithRequire(AtSupabase):
    query = "?sslmode=require"

    async def test_anybody_is_believed_which_is_logged_once(
        self, alice: AsyncClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        for path in ("/memos", "/health/ready", "/memos"):
            assert (await alice.get(path)).status_code == 200

        [warning] = [each for each in caplog.get_records("setup") if "sslmode" in each.message]
        assert warning.levelname == "WARNING"
        assert "the server is not verified" in warning.message
        assert "sslmode" not in caplog.text


class MigratesAtSupabase(AtSupabase):
    @pytest.fixture
    def mode(self) -> str:
        return "session"

    @pytest.fixture
    def settings(self, settings: Any, url: str) -> Any:
        session = SecretStr(url.replace(":6543/", ":5432/"))
        return settings.model_copy(update={"migrations_database_url": session})


class TestMigrationsAtSupabase(MigratesAtSupabase):
    @pytest.mark.usefixtures("signed_by_supabase")
    async def test_they_verify_the_server(self, root: Path, settings: Any) -> None:
        await to_thread.run_sync(upgrade, root, settings)

    async def test_they_do_not_believe_an_impostor(self, root: Path, settings: Any) -> None:
        with pytest.raises(Failure, match="the server's certificate is not signed by"):
            await to_thread.run_sync(upgrade, root, settings)


class TestMigrationsAtSupabaseWithRequire(MigratesAtSupabase):
    query = "?sslmode=require"

    async def test_they_believe_anybody_and_say_so(
        self, root: Path, settings: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        await to_thread.run_sync(upgrade, root, settings)

        assert caplog.text.count("the server is not verified") == 1
