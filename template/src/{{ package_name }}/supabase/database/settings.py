"""What the database needs from the environment."""

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, FilePath, SecretStr, ValidationInfo, field_validator

from ..settings import SupabaseSettings
from .address import Address, PoolingMode, compose, for_migrations, parse
from .login.tls import lacks_root_cert

Seconds = Annotated[float, Field(ge=0.001, le=3600)]


class DatabaseSettings(SupabaseSettings):
    """Where the project's database is, and how many connections this process may hold."""

    database_url: Annotated[SecretStr | None, Field(validate_default=True)] = None
    """The whole address, with the password filled in; it wins over the parts below. A host of
    Supabase's is verified; ?sslmode=require at the end encrypts without that.
    Dashboard: Connect."""

    database_password: Annotated[SecretStr | None, Field(validate_default=True)] = None
    """The password, when there is none in DATABASE_URL.
    Dashboard: Project Settings > Database > Reset database password."""

    database_user: str = "postgres"
    """The role to log in as; the shared pooler's .<project ref> is added where it is needed."""

    database_pooling_mode: PoolingMode = "transaction"
    """transaction, session, direct or dedicated. A DATABASE_URL on one of Supabase's own hosts
    tells it by itself. Dashboard: Connect has one address for each."""

    database_pooler_host: str = ""
    """The shared pooler's host, aws-<n>-<region>.pooler.supabase.com. Dashboard: Connect.
    The default is a guess: <n> differs by project."""

    database_pool_size: Annotated[int, Field(ge=1, le=1000)] = 5
    """How many connections each process keeps."""

    database_max_overflow: Annotated[int, Field(ge=0, le=1000)] = 5
    """How many more each process may open under load."""

    database_pool_timeout: Seconds = 5
    """Seconds that a request waits for a connection before its answer is 503."""

    database_statement_timeout: Seconds = 8
    """Seconds that one statement may take."""

    database_prepared_statements: bool | None = None
    """Whether statements are prepared by name. By default in session and direct mode; dedicated
    mode can with PgBouncer 1.21 or newer, transaction mode cannot."""

    database_heartbeat: Annotated[float, Field(ge=0, le=3600)] = 0
    """Seconds between two queries that keep a project or a host from falling asleep; 0 for none."""

    log_sql: bool = False
    """Whether each statement is logged with the milliseconds that it took, and without values."""

    database_ssl_root_cert: Annotated[FilePath | None, Field(validate_default=True)] = None
    """A PEM file with the authority that must have signed the server's certificate, whatever the
    host. Without it Supabase's hosts are verified against Supabase's own authorities, which are
    built in, and other hosts are not verified.
    Dashboard: Project Settings > Database > SSL Configuration."""

    migrations_database_url: SecretStr | None = None
    """Where migrations log in, in session or direct mode. Dashboard: Connect.
    The default is the database above, if the login there is postgres."""

    @classmethod
    def projects(cls, known: Mapping[str, Any]) -> set[str]:
        """Return the refs that are named, that in a pasted DATABASE_URL included."""
        pasted: SecretStr | None = known["database_url"]
        named = {parse(pasted.get_secret_value()).project} if pasted else set[str]()
        return super().projects(known) | named - {""}

    @field_validator("database_url")
    @classmethod
    def _address_is_known(cls, url: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if url:
            parse(url.get_secret_value())
        elif info.data.get("supabase_project_id") == "":
            raise ValueError("is not set, and without SUPABASE_PROJECT_ID it cannot be guessed")
        return url

    @field_validator("database_password")
    @classmethod
    def _password_is_known(
        cls, password: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        if password or "database_url" not in info.data:
            return password
        url: SecretStr | None = info.data["database_url"]
        if url is None:
            raise ValueError("is not set, and neither is DATABASE_URL")
        if parse(url.get_secret_value()).url.password is None:
            raise ValueError("is not set, and there is none in DATABASE_URL")
        return password

    @field_validator("database_pooling_mode")
    @classmethod
    def _mode_agrees_with_url(cls, mode: PoolingMode, info: ValidationInfo) -> PoolingMode:
        # Runs only for a mode that was set: a default never contradicts a URL.
        url: SecretStr | None = info.data.get("database_url")
        if url and (own := parse(url.get_secret_value(), otherwise=mode).mode) != mode:
            raise ValueError(f"is {mode}, but the host and port of DATABASE_URL are for {own}")
        return mode

    @field_validator("database_ssl_root_cert")
    @classmethod
    def _certificate_can_be_used(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        url: SecretStr | None = info.data.get("database_url")
        if file is None:
            if url and lacks_root_cert(parse(url.get_secret_value()), file):
                raise ValueError("is not set, and the sslmode of DATABASE_URL needs it")
            return None
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
        except ssl.SSLError:
            raise ValueError("holds no certificate in PEM form") from None
        except OSError:
            raise ValueError("cannot be read") from None
        return file

    @field_validator("database_prepared_statements")
    @classmethod
    def _transactions_keep_no_statement(
        cls,
        prepares: bool | None,  # noqa: FBT001  # the value of the field
        info: ValidationInfo,
    ) -> bool | None:
        url: SecretStr | None = info.data.get("database_url")
        mode = info.data.get("database_pooling_mode", "transaction")
        own = parse(url.get_secret_value(), otherwise=mode).mode if url else mode
        if prepares and own == "transaction":
            raise ValueError("is true, which breaks behind the transaction pooler")
        return prepares

    @field_validator("migrations_database_url")
    @classmethod
    def _migrations_hold_a_connection(
        cls, url: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        if not url:
            return url
        address = parse(url.get_secret_value(), otherwise="direct")
        if address.is_pooled:
            raise ValueError("has port 6543, transaction mode; migrations need port 5432")
        root_cert = info.data.get("database_ssl_root_cert")
        if "database_ssl_root_cert" in info.data and lacks_root_cert(address, root_cert):
            raise ValueError("has an sslmode that needs DATABASE_SSL_ROOT_CERT, which is not set")
        return url

    def address(self) -> Address:
        """Return where the service's engine dials."""
        password = self._password()
        if self.database_url:
            url = self.database_url.get_secret_value()
            return parse(url, password=password, otherwise=self.database_pooling_mode)
        return compose(
            self.database_pooling_mode,
            project=self.supabase_project_id,
            region=self.supabase_region,
            pooler=self.database_pooler_host,
            user=self.database_user,
            password=password,
        )

    def _password(self) -> str | None:
        return self.database_password.get_secret_value() if self.database_password else None

    def prepares_statements(self) -> bool:
        """Tell whether a prepared statement may outlive its transaction."""
        if self.database_prepared_statements is None:
            return not self.address().is_pooled
        return self.database_prepared_statements

    def migrations_address(self) -> Address | None:
        """Return where migrations dial; None when that must be said by MIGRATIONS_DATABASE_URL."""
        if self.migrations_database_url:
            url = self.migrations_database_url.get_secret_value()
            return parse(url, password=self._password(), otherwise="direct")
        address = self.address()
        return for_migrations(address) if address.logs_in_as_postgres else None
