"""Who makes a request, as the project's Auth service signed it.

Pure: what the claims of a user's access token must look like.
"""

import re
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

# Python also takes urn:uuid: and underscores for a UUID, and Postgres would not.
UUID_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def uuid_of(text: object) -> UUID:
    """Read a UUID as Postgres would."""
    if not isinstance(text, str) or not UUID_TEXT.fullmatch(text):
        raise ValueError("is no UUID")
    return UUID(text)


TextUUID = Annotated[UUID, BeforeValidator(uuid_of)]


class Principal(BaseModel):
    """The user whose access token came with the request."""

    model_config = ConfigDict(frozen=True, strict=True, hide_input_in_errors=True)

    user_id: Annotated[TextUUID, Field(validation_alias="sub")]
    """The key of `auth.users`, and what `auth.uid()` is in policies."""

    role: Literal["authenticated"]
    """The role in the database. Every other one is refused: no user has it."""

    email: str | None = None
    """As it was when the user signed in; empty for who has none."""

    session_id: TextUUID | None = None
    """One sign-in, on one device."""

    aal: str = "aal1"
    """How surely it is the user: `aal2` after a second factor."""

    is_anonymous: bool = False
    """Whether the user never said who it is: a guest."""

    app_metadata: dict[str, Any] = {}
    """What only the project's owner can set, such as `role`; user_metadata users set themselves."""

    claims: dict[str, Any] = Field(repr=False)
    """All that the token says, verified; what nobody looked at may be of any type."""

    claims_json: str = Field(exclude=True, repr=False)
    """The claims as text that `jsonb` takes, for `request.jwt.claims`."""
