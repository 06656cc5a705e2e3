"""Who the caller is; the first thing to ask when a request is refused."""

from fastapi import APIRouter

from .auth import CurrentUser
from .principal import Principal

router = APIRouter(tags=["me"])


@router.get("/me")
async def read_me(user: CurrentUser) -> Principal:
    """Answer what the access token proves."""
    return user
