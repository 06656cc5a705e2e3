"""A schema of as many tables as somebody asks for."""

from __future__ import annotations

TABLE = """
create table module_{m}.things_{n} (
    id bigint generated always as identity primary key,
    public_id uuid not null default gen_random_uuid() unique,
    owner_id uuid not null references auth.users on delete cascade,
    parent_id bigint references module_{m}.things_{n} on delete set null,
    before_id bigint references module_{b}.things_{p},
    kind module_{m}.kind not null default 'small',
    title varchar(200) not null check (char_length(title) > 0),
    body text,
    tags text[] not null default '{{}}',
    data jsonb not null default '{{}}',
    price numeric(12, 2),
    at timestamptz not null default now()
);
create index on module_{m}.things_{n} (owner_id, at desc);
create index on module_{m}.things_{n} (lower(title)) where body is not null;
alter table module_{m}.things_{n} enable row level security;
create policy "owners read" on module_{m}.things_{n} for select to authenticated
    using ((select auth.uid()) = owner_id);
grant select on module_{m}.things_{n} to authenticated;
"""
MODULES = 5
AT_ONCE = 200


def large(tables: int) -> str:
    """Return the statements that make *tables* tables, in five schemas."""
    made = [
        f"create schema module_{m}; create type module_{m}.kind as enum ('small', 'large');"
        for m in range(MODULES)
    ]
    for n in range(tables):
        if n % AT_ONCE == 0:  # each table takes locks until its transaction ends
            made.append("commit; begin;" if n else "begin;")
        p = max(n - 1, 0)
        made.append(TABLE.format(n=n, m=n % MODULES, p=p, b=p % MODULES))
    return "\n".join([*made, "commit;"])
