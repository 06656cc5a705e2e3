"""Each cause of what becomes of a write, planted alone, with what the verdict says of it."""

from __future__ import annotations

from local.people import BOB
from tests.rendered.tools.persons.planted_reads import CLAIM, MINE, RECURSES, Planted

LOOK_AND = (
    f"drop policy own on secrets;create policy look on secrets for select using ({RECURSES});{{}}"
)

WRITES = {
    "a new row of theirs": Planted("", "fine", ("a new row of theirs passes",), command="insert"),
    "no grant to insert": Planted(
        "revoke insert on secrets from authenticated",
        "no grant",
        ("no grant to insert",),
        command="insert",
    ),
    "a grant to insert some columns": Planted(
        "revoke insert on secrets from authenticated;"
        "grant insert (word) on secrets to authenticated",
        "grant by column",
        ("may insert word alone", "id, owner_id", "leaves out id, owner_id, too"),
        command="insert",
    ),
    "a grant to insert all that is needed": Planted(
        "alter table secrets add note text; revoke insert on secrets from authenticated;"
        "grant insert (id, owner_id, word) on secrets to authenticated",
        "grant by column",
        ("sets note is refused; leave them out, or grant",),
        command="insert",
    ),
    "a closed sequence": Planted(
        "alter table secrets alter id set default nextval('public.hidden_numbers')",
        "no grant on a sequence",
        ("hidden_numbers",),
        command="insert",
    ),
    "a check that refuses a new row": Planted(
        CLAIM.format("true) with check (auth.jwt() ->> 'org_id' = word"),
        "wrong claim",
        ("policy 'team'", "org_id"),
        command="insert",
    ),
    "a restrictive check": Planted(
        "create policy second on secrets as restrictive for insert"
        " with check (auth.jwt() ->> 'aal' = 'aal2')",
        "restrictive policy",
        ("policy 'second'", "restrictive"),
        command="insert",
    ),
    "a check that asks for a value": Planted(
        CLAIM.format(f"true) with check ({MINE} and word like 'x%'"),
        "the check of a new row",
        ("policy 'team'", "does not pass its check: ", "(word ~~ 'x%'::text)"),
        command="insert",
    ),
    "a restrictive check of a value": Planted(
        "create policy second on secrets as restrictive for insert with check (word = '')",
        "restrictive policy",
        ("policy 'second'", "wants (word = ''::text)"),
        command="insert",
    ),
    "RETURNING without a grant": Planted(
        "revoke select on secrets from authenticated",
        "no grant to select",
        ("with RETURNING it is refused",),
        command="insert",
    ),
    "no policy for insert": Planted(
        f"drop policy own on secrets; create policy look on secrets for select using ({MINE})",
        "policy of another command",
        ("policy 'look'", "none is for insert"),
        command="insert",
    ),
    "the select policy behind RETURNING": Planted(
        "drop policy own on secrets;"
        "create policy look on secrets for select using (false);"
        f"create policy add on secrets for insert with check ({MINE})",
        "the select policy behind RETURNING",
        ("RETURNING", "'look'"),
        command="insert",
    ),
    "no select policy behind RETURNING": Planted(
        f"drop policy own on secrets; create policy add on secrets for insert with check ({MINE})",
        "the select policy behind RETURNING",
        ("there is no policy",),
        command="insert",
    ),
    "a check that recurses": Planted(
        CLAIM.format(f"{MINE}) with check ({RECURSES}"),
        "a policy recurses",
        ("the statement fails", "infinite recursion"),
        command="insert",
    ),
    "an update that recurses where there is no row": Planted(
        LOOK_AND.format(f"create policy change on secrets for update using ({RECURSES})").replace(
            RECURSES, MINE, 1
        )
        + ";delete from secrets",
        "a policy recurses",
        ("the statement fails", "infinite recursion"),
        command="update",
    ),
    "a select policy that recurses behind RETURNING": Planted(
        LOOK_AND.format(f"create policy add on secrets for insert with check ({MINE})"),
        "a policy recurses",
        ("with RETURNING it fails", "policy 'look' fails: infinite recursion"),
        command="insert",
    ),
    "a select policy that recurses behind an update": Planted(
        LOOK_AND.format(f"create policy change on secrets for update using ({MINE})"),
        "a policy recurses",
        ("with a condition, or with RETURNING, fails", "policy 'look' fails"),
        command="update",
    ),
    "a select policy that fails behind a delete": Planted(
        LOOK_AND.format(f"create policy take on secrets for delete using ({MINE})").replace(
            RECURSES, "1 / (id - id) = 1"
        ),
        "a policy fails",
        ("policy 'look' fails: division by zero",),
        command="delete",
    ),
    "an update of their own": Planted("", "fine", ("may update 1 of the 2",), command="update"),
    "a check that refuses an update": Planted(
        CLAIM.format(f"{MINE}) with check (auth.jwt() ->> 'org_id' = word"),
        "wrong claim",
        ("org_id",),
        command="update",
    ),
    "a check that no row of theirs passes as it is": Planted(
        CLAIM.format(f"{MINE}) with check (word = 'never'"),
        "the check of a new row",
        ("a row as it is does not pass its check: (word = 'never'::text)",),
        command="update",
    ),
    "a row that no update may touch": Planted(
        CLAIM.format("word = 'never') with check (true"),
        "no row meets it",
        ("none of the 2 looked at meets (word = 'never'::text)",),
        command="update",
    ),
    "an update without a grant to select": Planted(
        "revoke select on secrets from authenticated",
        "no grant to select",
        ("with a condition or RETURNING it is refused",),
        command="update",
    ),
    "an update where some columns may be read": Planted(
        "revoke select on secrets from authenticated;grant select (id) on secrets to authenticated",
        "fine",
        ("no grant to select owner_id, word: with one in a condition",),
        command="update",
    ),
    "an update of rows they do not see": Planted(
        "drop policy own on secrets;"
        f"create policy look on secrets for select using (owner_id = '{BOB}');"
        f"create policy change on secrets for update using ({MINE})",
        "the select policy behind it",
        ("none that", "sees"),
        command="update",
    ),
    "a delete of their own": Planted("", "fine", ("may delete 1 of the 2",), command="delete"),
    "no policy for delete": Planted(
        f"drop policy own on secrets; create policy look on secrets for select using ({MINE})",
        "policy of another command",
        ("none is for delete",),
        command="delete",
    ),
    "nothing to delete": Planted("delete from secrets", "empty", ("no row",), command="delete"),
}
"""By what is planted."""
