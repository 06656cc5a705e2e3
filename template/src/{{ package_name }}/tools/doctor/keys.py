"""Whether access tokens can be verified: the project's public keys, or its secret. Pure."""

from http import HTTPStatus

from ...supabase.auth.keys import KeySet, read_keys
from ...supabase.auth.settings import AuthSettings
from .answer import Answer
from .line import Line, fail, ok, warn

WHERE = "SUPABASE_JWT_SECRET=...  (Dashboard: Project Settings > JWT Keys > Legacy JWT Secret)"


def check_keys(auth: AuthSettings, answer: Answer) -> Line:
    """Read what the endpoint of the keys answered."""
    has_secret = auth.supabase_jwt_secret is not None
    if answer.status != HTTPStatus.OK:
        return _not_there(auth, answer, has_secret=has_secret)
    try:
        listed = len(KeySet.model_validate_json(answer.body).keys)
        keys = read_keys(answer.body)
    except ValueError:
        return fail(
            f"{answer.url} answers something else than keys",
            "remove SUPABASE_JWKS_URL, or correct it (Dashboard: Project Settings > JWT Keys >"
            " Discovery URL)",
        )
    if keys:
        signs = ", ".join(sorted({key.algorithm_name for key in keys.values()}))
        also = "; tokens by SUPABASE_JWT_SECRET are believed too" if has_secret else ""
        return ok(f"{len(keys)} public key{'s' if len(keys) > 1 else ''} ({signs}){also}")
    if has_secret:
        return ok("no public keys; tokens are verified by SUPABASE_JWT_SECRET")
    if listed:
        return fail(
            f"none of the {listed} keys at {answer.url} is of use: ES256, EdDSA or RS256",
            "rotate to an asymmetric key; Dashboard: Project Settings > JWT Keys",
        )
    return fail(
        "the project has no public keys, and SUPABASE_JWT_SECRET is not set: no token is believed",
        f"{WHERE}\nor migrate the project to signing keys there",
    )


def _not_there(auth: AuthSettings, answer: Answer, *, has_secret: bool) -> Line:
    says = f"{answer.url} answers {answer.status}"
    default = f"{auth.supabase_url}/auth/v1/.well-known/jwks.json"
    remedy = (
        "correct SUPABASE_URL; Dashboard: Project Settings > Data API"
        if answer.url == default
        else f"SUPABASE_JWKS_URL={default}"
    )
    if has_secret:
        return warn(f"{says}: only tokens by SUPABASE_JWT_SECRET are believed", remedy)
    return fail(f"{says}: every token is refused", remedy)
