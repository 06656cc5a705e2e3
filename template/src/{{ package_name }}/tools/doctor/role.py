"""Whether the login may act for people, and whether policies hold it back. Pure."""

from ...supabase.database.actor import NOBODY
from .facts import Facts
from .line import Line, fail, ok, warn

OWN_LOGIN = "log in as service_login, which has no rights of its own (docs/connect.md)"


def check_role(facts: Facts) -> Line:
    """Judge the login by what a request makes of it."""
    if NOBODY.role == "none":
        return ok(f"requests act as {facts.login}, by its own grants")
    if facts.absent:
        names = ", ".join(facts.absent)
        return fail(
            f"the database lacks the role{'s' * (len(facts.absent) > 1)} {names}",
            "point DATABASE_URL at a Supabase project, which is born with them",
        )
    if facts.refused:
        return _refused(facts)
    if facts.is_superuser or facts.bypasses:
        what = "a superuser" if facts.is_superuser else "past row level security"
        return warn(
            f"{facts.login} is {what}: requests are held back, a mistake in your own SQL is not",
            OWN_LOGIN,
        )
    return ok(f"{facts.login} acts as anon, authenticated or service_role, and no more")


def _refused(facts: Facts) -> Line:
    names = ", ".join(facts.refused)
    members = set(facts.refused) & set(facts.member_of)
    how = " with set true" if members else ""
    return fail(
        f"{facts.login} may not become {names}, so no request is served",
        f"grant {names} to {facts.login}{how};  (SQL editor)",
    )
