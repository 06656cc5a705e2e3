-- Of two people, with what each may do, and with everything that a rollback does not take back.
insert into auth.users (id) values
    ('11111111-1111-1111-1111-111111111111'), ('22222222-2222-2222-2222-222222222222');

create table notes (
    id bigint generated always as identity primary key,
    owner_id uuid not null references auth.users default auth.uid(),
    "the 'title'" text not null
);
alter table notes enable row level security;
grant select, insert (id, owner_id, "the 'title'"), update ("the 'title'"), delete on notes
    to authenticated;
grant insert ("the 'title'") on notes to anon;
create policy reads on notes for select to authenticated using (owner_id = (select auth.uid()));
create policy adds on notes for insert to authenticated
    with check (owner_id = (select auth.uid()));
create policy changes on notes for update to authenticated using (true) with check (true);
create policy drops on notes for delete to authenticated using (owner_id = (select auth.uid()));
insert into notes (owner_id, "the 'title'") values
    ('11111111-1111-1111-1111-111111111111', 'a'), ('11111111-1111-1111-1111-111111111111', 'b'),
    ('22222222-2222-2222-2222-222222222222', 'c');

-- A trigger that leaves something behind.
create sequence calls;
create function count_call() returns trigger language plpgsql security definer as $$
begin
    perform nextval('public.calls');
    return coalesce(new, old);
end
$$;
create trigger count_call before insert or update or delete on notes
    for each row execute function count_call();
create table comments (note_id bigint references notes on delete cascade);
create trigger count_call before delete on comments for each row execute function count_call();
insert into comments select id from notes;

create view leak as select * from notes;
grant select, insert, update, delete on leak to anon;

create table large as select number from generate_series(1, 1500) number;
grant all on large to anon;
create table nothing (owner_id uuid primary key);
alter table nothing enable row level security;
grant select, insert on nothing to authenticated;
create policy adds on nothing for insert to authenticated
    with check (owner_id = (select auth.uid()));

-- All of it is Alice's: only her own row could be copied.
create table diary (owner_id uuid default auth.uid() references auth.users, day date primary key);
create table letters (like diary including all);
create table walls (like diary including all);
insert into diary values ('11111111-1111-1111-1111-111111111111', '2026-01-01');
insert into letters table diary;
insert into walls table diary;
alter table diary enable row level security;
alter table letters enable row level security;
alter table walls enable row level security;
grant select, insert on diary, walls to authenticated;
grant select, insert (day) on letters to authenticated;
create policy adds on diary for insert to authenticated
    with check (owner_id = (select auth.uid()));
create policy adds on letters for insert to authenticated
    with check (owner_id = (select auth.uid()));
create policy adds on walls for insert to authenticated with check (true);

create view numbered as select nextval('calls') as number;
grant select on numbered to anon;
create function next_call() returns bigint language sql as $$ select nextval('public.calls') $$;
create function feigned() returns bigint language plpgsql stable as $$
begin
    return public.next_call();
end
$$;
create function mine() returns setof notes language sql stable as $$ select * from public.notes $$;
create function found(text) returns setof notes language sql stable
    as $$ select * from public.notes $$;
