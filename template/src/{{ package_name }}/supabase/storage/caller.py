"""Files in the caller's name: the policies on `storage.objects` decide what comes of it."""

import time
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials
from starlette.requests import Request

from ..auth.users import CurrentUser, bearer
from ..http.errors import Unauthorized
from .bucket import Bucket
from .client import StorageClient

LAST_SECONDS = 2
"""Of a token's life, in which it is sent no more: it may be over before Storage looks at it."""


class CallerBucket(Bucket):
    """A bucket with the access token of the user who makes the request."""


def storage_client(request: Request) -> StorageClient:
    """Return the application's client of Storage."""
    client: StorageClient = request.state.storage
    return client


async def caller_storage(
    request: Request,
    user: CurrentUser,  # verified, before the token goes anywhere
    sent: Annotated[HTTPAuthorizationCredentials, Depends(bearer)],
) -> CallerBucket:
    """Open the bucket of the settings with the caller's own access token.

    Raises:
        Unauthorized: Storage would not take it any more, or not yet.
    """
    check_times(user.claims, time.time())
    client = storage_client(request)
    headers = {
        "apikey": client.settings.supabase_publishable_key.get_secret_value(),
        "Authorization": f"Bearer {sent.credentials}",
    }
    return CallerBucket(client, client.settings.storage_bucket, headers, owner=user.user_id)


def check_times(claims: Mapping[str, Any], now: float) -> None:
    """Refuse a token whose *claims* Storage would refuse: it allows nothing for clocks that differ.

    Raises:
        Unauthorized: it is over, or nearly, or it has not begun.
    """
    if claims["exp"] <= now + LAST_SECONDS:
        raise Unauthorized("The access token has expired, or is about to; refresh it.")
    if (claims.get("nbf") or 0) > now:
        raise Unauthorized("The access token is not valid yet.")


CallerStorage = Annotated[CallerBucket, Depends(caller_storage)]
"""The files through the caller's eyes; 401 without a token."""
