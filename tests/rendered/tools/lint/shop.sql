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
create function locks() returns boolean language plpgsql stable as $$
begin
    return pg_catalog.pg_try_advisory_lock(1);
end
$$;
create function fails() returns int language sql stable as $$ select 1 / 0 $$;
create table brackets (id int primary key, word text not null check (word <> ''));
grant all on brackets to anon;
create function mine() returns setof notes language sql stable as $$ select * from public.notes $$;
create function found(text) returns setof notes language sql stable
    as $$ select * from public.notes $$;

-- What counts although no column that is named does: below a view, by a rule, in a domain, in a
-- partition, in a row below, in what a function calls that says it only reads.
create view titles as select owner_id, "the 'title'" from notes;
grant all on titles to anon;
create table noted (id serial, at timestamptz default now());
create table ruled as select 'a' as word;
create rule notes_it as on insert to ruled do also insert into noted default values;
grant all on ruled to anon;

create function counted(text) returns boolean language plpgsql as $$
begin
    return nextval('public.calls') > 0;
end
$$;
create domain word as text check (counted(value));
create domain words as word[];
create table worded as select array['a']::words as words;
grant all on worded to anon;

create table parted (id int, word text) partition by list (id);
create table parted_1 partition of parted for values in (1);
create trigger count_call before insert or update or delete on parted_1
    for each row execute function count_call();
insert into parted values (1, 'a');
grant all on parted to anon;

create table parent as select 1 as id;
alter table parent add primary key (id);
create table child (id int default nextval('calls') references parent on delete set default);
insert into child values (1);
grant all on parent to anon;

create function deeper() returns boolean language plpgsql stable as $$
begin
    return nextval('public.calls') > 0;
end
$$;
create function "only looks"() returns boolean language sql stable as $$ select public.deeper() $$;
create function lied() returns boolean language sql stable as $$ select public."only looks"() $$;
create table lied_to as select 1 as number;
alter table lied_to enable row level security;
create policy lies on lied_to using (lied());
grant all on lied_to to anon;
grant all on all sequences in schema public to anon, authenticated;
select setval('calls', 1, false);
