"""Each cause of what a person reads, planted alone, with what the verdict says of it."""

from __future__ import annotations

from dataclasses import dataclass

from local.people import ALICE, BOB


@dataclass(frozen=True, slots=True)
class Planted:
    """What is done to the table of secrets, and what the verdict then is."""

    sql: str
    cause: str
    says: tuple[str, ...]
    command: str = "select"
    user: str = str(ALICE)
    claims: str | None = None
    table: str = "secrets"


CLAIM = "drop policy own on secrets; create policy team on secrets to authenticated using ({});"
ORG = CLAIM.format("auth.jwt() ->> 'org_id' = word")
ADMIN = CLAIM.format("(select auth.jwt() -> 'app_metadata' ->> 'role') = 'admin'")
OWNED = (
    "grant create on schema public to authenticated;"
    "alter table secrets owner to authenticated; revoke create on schema public from authenticated;"
)
RECURSES = "exists (select from secrets s where s.owner_id = auth.uid())"
MINE = "owner_id = (select auth.uid())"

READS = {
    "nothing": Planted("", "fine", ("sees 1 of 2 rows",)),
    "no grant": Planted(
        "revoke select on secrets from authenticated", "no grant", ("no grant to select",)
    ),
    "no grant to anon": Planted("", "no grant", ("anon has no grant to select",), user="anon"),
    "a grant on some columns": Planted(
        "revoke select on secrets from authenticated;grant select (id) on secrets to authenticated",
        "no grant on a column",
        ("sees 1 of 2 rows", "owner_id, word"),
    ),
    "no usage of the schema": Planted(
        "create schema inner_room; create table inner_room.things (id int);"
        "grant select on inner_room.things to authenticated",
        "no usage of the schema",
        ("may not use the schema inner_room",),
        table="inner_room.things",
    ),
    "no policy": Planted("drop policy own on secrets", "no policy", ("has no policy for select",)),
    "only a restrictive policy": Planted(
        f"drop policy own on secrets; create policy cut on secrets as restrictive using ({MINE})",
        "no policy",
        ("only restrictive ones",),
    ),
    "a policy to another role": Planted(
        "alter policy own on secrets to service_role",
        "policy of another role",
        ("policy 'own'", "only to service_role"),
    ),
    "a policy for another command": Planted(
        f"drop policy own on secrets; create policy change on secrets for update using ({MINE})",
        "policy of another command",
        ("policy 'change'", "only for update"),
    ),
    "a claim that is missing": Planted(
        ORG, "wrong claim", ("policy 'team'", "org_id, which the token lacks")
    ),
    "a claim of another value": Planted(
        ORG, "wrong claim", ('org_id, which is "x" in the token',), claims='{"org_id": "x"}'
    ),
    "a claim within another": Planted(
        ADMIN, "wrong claim", ("app_metadata.role, which the token lacks",)
    ),
    "a claim that a function reads": Planted(
        "create function is_admin() returns boolean language sql stable as "
        "$$ select (auth.jwt() -> 'app_metadata' ->> 'role') = 'admin' $$;"
        + CLAIM.format("is_admin()"),
        "wrong claim",
        ("app_metadata.role, which the token lacks",),
    ),
    "a claim by its place": Planted(
        CLAIM.format("(select (auth.jwt())['app_metadata']['role']) = '\"admin\"'::jsonb"),
        "wrong claim",
        ("app_metadata.role, which the token lacks",),
    ),
    "no grant, and no policy either": Planted(
        "drop policy own on secrets; revoke select on secrets from authenticated",
        "no grant",
        ("would refuse it too: ", "has no policy for select", "; create policy ... "),
    ),
    "a claim, and a restrictive policy": Planted(
        f"{ORG}; create policy second on secrets as restrictive"
        " using (auth.jwt() ->> 'aal' = 'aal2')",
        "wrong claim",
        ("org_id, which the token lacks", "policy 'second' is restrictive", 'aal, which is "aal1"'),
    ),
    "a condition that is not about people": Planted(
        CLAIM.format("word = current_setting('app.tenant', true)"),
        "no row meets it",
        ("none of the 2 looked at meets (word = current_setting(",),
    ),
    "the right claim": Planted(ORG, "fine", ("sees 1 of 2",), claims='{"org_id": "of bob"}'),
    "a restrictive policy": Planted(
        "create policy second on secrets as restrictive using (auth.jwt() ->> 'aal' = 'aal2')",
        "restrictive policy",
        ("policy 'second'", 'aal, which is "aal1"'),
    ),
    "rows of others": Planted(
        f"delete from secrets where owner_id = '{ALICE}'",
        "rows of others",
        ("none of the 1 looked at",),
    ),
    "nobody's token": Planted(
        "grant select on secrets to anon; alter policy own on secrets to public",
        "no token",
        ("without a token",),
        user="anon",
    ),
    "nobody's token where nobody is asked": Planted(
        "grant select on secrets to anon; drop policy own on secrets;"
        "create policy open on secrets to anon using (word = 'x')",
        "no row meets it",
        ("meets (word = 'x'::text)",),
        user="anon",
    ),
    "truly empty": Planted("delete from secrets", "empty", ("truly empty",)),
    "row level security off": Planted(
        "alter table secrets disable row level security",
        "row level security is off",
        ("reads all 2 rows",),
    ),
    "a role that bypasses": Planted(
        f"{OWNED}",
        "policies are bypassed",
        ("owns public.secrets", "reads all 2 rows"),
    ),
    "a forced owner": Planted(
        f"{OWNED}alter table secrets force row level security",
        "fine",
        ("sees 1 of 2",),
    ),
    "a function that may not be executed": Planted(
        "create function mine(uuid) returns boolean language sql as 'select $1 = auth.uid()';"
        "revoke all on function mine from public;" + CLAIM.format("mine(owner_id)"),
        "no execute of a function",
        ("policy 'team' calls public.mine(uuid)",),
    ),
    "a table that a policy may not read": Planted(
        "create table members (id uuid);"
        + CLAIM.format("exists (select from members m where m.id = owner_id)"),
        "no grant on a table of a policy",
        ("policy 'team' reads public.members",),
    ),
    "a function that raises": Planted(
        "create function fails() returns boolean language plpgsql as "
        "$$ begin raise exception 'out of order'; end $$;" + CLAIM.format("fails()"),
        "a policy fails",
        ("policy 'team' fails: out of order",),
    ),
    "a policy that recurses": Planted(
        CLAIM.format(RECURSES),
        "a policy recurses",
        ("policy 'team' fails: infinite recursion", "security definer function"),
    ),
    "policies of two tables that ask each other": Planted(
        "create table members (id uuid); grant select on members to authenticated;"
        "alter table members enable row level security;"
        "create policy back on members"
        " using (exists (select from secrets s where s.owner_id = members.id));"
        + CLAIM.format("exists (select from members m where m.id = owner_id)"),
        "a policy recurses",
        ("policy 'team' fails: infinite recursion",),
    ),
    "a helper in a private schema": Planted(
        "create schema hidden; create function hidden.mine(uuid) returns boolean language sql"
        " security definer as 'select $1 = auth.uid()';" + CLAIM.format("hidden.mine(owner_id)"),
        "fine",
        ("sees 1 of 2",),
    ),
    "a view as its owner": Planted(
        "create view seen as table secrets; grant select on seen to authenticated",
        "view of its owner",
        ("lacks security_invoker", "reads 2 of 2"),
        table="seen",
    ),
    "a view of the caller": Planted(
        "create view seen with (security_invoker) as table secrets;"
        "grant select on seen to authenticated",
        "view of the caller",
        ("reads 1 of 2",),
        table="seen",
    ),
    "a materialized view": Planted(
        "create materialized view seen as table secrets; grant select on seen to authenticated",
        "no policies on its kind",
        ("materialized view", "reads all of its 2 rows"),
        table="seen",
    ),
    "hostile names": Planted(
        """create table "a.b""; drop table secrets; --'$1" ("c'"":"" -- " int, "order" uuid);"""
        """alter table "a.b""; drop table secrets; --'$1" enable row level security;"""
        """grant select on "a.b""; drop table secrets; --'$1" to authenticated;"""
        """create policy "p'"" :x -- " on "a.b""; drop table secrets; --'$1" """
        """using ("order" = auth.uid() and "c'"":"" -- " > 0);"""
        f"""insert into "a.b""; drop table secrets; --'$1" values (1, '{ALICE}'), (1, '{BOB}')""",
        "fine",
        ("sees 1 of 2",),
        table="""a.b"; drop table secrets; --'$1""",
    ),
}
"""By what is planted."""
