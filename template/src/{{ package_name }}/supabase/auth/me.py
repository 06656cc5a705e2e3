"""Who the caller is; the first thing to ask when a request is refused."""

from fastapi import APIRouter

from .principal import Principal
from .users import CurrentUser

router = APIRouter(tags=["me"])


@router.get("/me")
async def read_me(user: CurrentUser) -> Principal:
    """Answer what the access token proves."""
    return user
