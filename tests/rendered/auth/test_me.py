"""What a signed-in user is told, and routes that ask for more than being signed in."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from httpx import AsyncClient
from tests.rendered.auth.signing import AuthService, SignIn

from my_supabase_service.supabase import CurrentUser, Principal, require_aal2, require_app_role

Admin = Annotated[Principal, Depends(require_app_role("admin"))]


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    @app.get("/vault", dependencies=[Depends(require_aal2)])
    async def vault(user: CurrentUser) -> str:
        return str(user.user_id)

    @app.get("/admin")
    async def admin(user: Admin) -> str:
        return str(user.user_id)

    return app


async def test_me_answers_what_the_token_says(auth: AuthService, sign_in: SignIn) -> None:
    claims = auth.claims(aal="aal2", is_anonymous=True, app_metadata={"role": "admin"})

    answer = await sign_in(auth.key.sign(claims))

    assert answer.json() == {
        "user_id": claims["sub"],
        "role": "authenticated",
        "email": "alice@example.com",
        "session_id": claims["session_id"],
        "aal": "aal2",
        "is_anonymous": True,
        "app_metadata": {"role": "admin"},
        "claims": claims,
    }


async def test_the_documentation_has_an_authorize_button(client: AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()

    [(name, scheme)] = document["components"]["securitySchemes"].items()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert document["paths"]["/me"]["get"]["security"] == [{name: []}]
    assert "claims_json" not in str(document)


@pytest.mark.parametrize(
    ("aal", "status"), [("aal2", 200), ("aal1", 403), (None, 403), ("AAL2", 403), ("aal22", 403)]
)
async def test_a_second_factor_may_be_required(
    auth: AuthService, client: AsyncClient, aal: str | None, status: int
) -> None:
    answer = await client.get("/vault", headers=auth.headers(aal=aal))

    assert answer.status_code == status
    assert status == 200 or "second factor" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("metadata", "status"),
    [
        ({"role": "admin"}, 200),
        ({"roles": ["editor", "admin"]}, 200),
        ({"role": "editor", "roles": ["admin"]}, 200),
        ({}, 403),
        ({"role": "Admin"}, 403),
        ({"role": ["admin"]}, 403),
        ({"role": {"admin": True}}, 403),
        ({"roles": "admin"}, 403),
        ({"roles": "administrator"}, 403),
        ({"roles": {"admin": True}}, 403),
        ({"roles": [["admin"]]}, 403),
        ({"app_metadata": {"role": "admin"}}, 403),
    ],
)
async def test_a_role_in_the_app_metadata_may_be_required(
    auth: AuthService, client: AsyncClient, metadata: dict[str, Any], status: int
) -> None:
    answer = await client.get("/admin", headers=auth.headers(app_metadata=metadata))

    assert answer.status_code == status
    assert status == 200 or answer.json()["detail"] == "This needs the role admin."


async def test_what_users_write_about_themselves_gives_no_role(
    auth: AuthService, client: AsyncClient
) -> None:
    headers = auth.headers(user_metadata={"role": "admin", "roles": ["admin"]}, roles=["admin"])

    assert (await client.get("/admin", headers=headers)).status_code == 403


@pytest.mark.parametrize("path", ["/vault", "/admin"])
async def test_who_is_not_signed_in_is_asked_to(client: AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
