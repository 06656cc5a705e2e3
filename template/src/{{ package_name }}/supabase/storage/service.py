"""Files that are nobody's in particular: past every policy, asked for by name and logged."""

import logging
from collections.abc import Awaitable, Callable

from starlette.requests import Request

from .bucket import Bucket
from .caller import storage_client
from .client import StorageClient
from .errors import StorageMisconfigured


class ServiceBucket(Bucket):
    """A bucket with the project's secret key."""


log = logging.getLogger(__name__)


def service_bucket(client: StorageClient, name: str = "", *, reason: str) -> ServiceBucket:
    """Open a bucket that no policy guards; without a *name* that of the settings.

    Raises:
        ValueError: no *reason* was given.
        StorageMisconfigured: SUPABASE_SECRET_KEY is not set.
    """
    _insist_on(reason)
    key = client.settings.supabase_secret_key
    if key is None:
        log.error("SUPABASE_SECRET_KEY is not set, which service storage needs")
        raise StorageMisconfigured("set SUPABASE_SECRET_KEY")
    log.info("service storage: %s", reason)
    # As a Bearer it would be taken for a user's token.
    bucket = name or client.settings.storage_bucket
    return ServiceBucket(client, bucket, {"apikey": key.get_secret_value()}, owner="service")


def service_storage(*, reason: str) -> Callable[..., Awaitable[ServiceBucket]]:
    """Make a dependency: `Annotated[ServiceBucket, Depends(service_storage(reason="..."))]`.

    Raises:
        ValueError: no *reason* was given.
    """
    _insist_on(reason)

    async def opened(request: Request) -> ServiceBucket:
        return service_bucket(storage_client(request), reason=reason)

    return opened


def _insist_on(reason: str) -> None:
    if not reason.strip():
        raise ValueError("service storage needs a reason, which is logged")
