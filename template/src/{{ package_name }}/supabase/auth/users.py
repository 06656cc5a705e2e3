"""The dependencies of a route that is for signed-in users."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from ..http.errors import Refused, Unauthorized
from ..http.logs import user_id
from .principal import Principal
from .tokens import Tokens

# Its part is the Authorize button of /docs; what is wrong with a token is said by our own answer.
bearer = HTTPBearer(
    auto_error=False,
    bearerFormat="JWT",
    description="A user's access token, which supabase-js has as `session.access_token`.",
)


async def current_user(
    request: Request, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> Principal:
    """Return who makes this request.

    Raises:
        Unauthorized: there is no access token, or it proves nothing.
        Unavailable: no key to verify it with could be fetched yet.
    """
    if len(request.headers.getlist("authorization")) > 1:
        # The proxy before us may have believed the other one.
        raise Unauthorized("There is more than one Authorization header.")
    if sent is None:
        raise Unauthorized
    tokens: Tokens = request.state.tokens
    user = await tokens.verify(sent.credentials)
    user_id.set(str(user.user_id))
    return user


CurrentUser = Annotated[Principal, Depends(current_user)]
"""Who makes this request; without an access token the answer is 401."""


async def require_aal2(user: CurrentUser) -> Principal:
    """Let only those in who proved a second factor.

    Raises:
        Refused: this sign-in has not.
    """
    if user.aal != "aal2":
        raise Refused("This needs a second factor; verify one, then try again.")
    return user


def require_app_role(role: str) -> Callable[[Principal], Awaitable[Principal]]:
    """Return a dependency that lets only those in who have *role* in their app_metadata.

    It is there as `role`, or in the list `roles`. A change shows once the token is refreshed.
    """

    async def require(user: CurrentUser) -> Principal:
        roles = user.app_metadata.get("roles")
        is_listed = isinstance(roles, list) and role in roles
        if not is_listed and user.app_metadata.get("role") != role:
            raise Refused(f"This needs the role {role}.")
        return user

    return require
