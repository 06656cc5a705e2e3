-- Other ways to go wrong than those of `broken/`, and what only looks like one of them. What has
-- "good" in its name shall not be found.
create role reads_things;
grant reads_things to anon, authenticated;

create table rows (id int primary key, owner uuid, word text);
alter table rows enable row level security;
create policy "correlated" on rows as restrictive
    using ((select auth.uid() = owner) and (select auth.uid()) is not null);
create policy "correlated in claims" on rows as restrictive
    using ((select (auth.jwt() ->> 'sub')::uuid = owner));
create policy "correlated in a setting" on rows as restrictive
    using ((select current_setting('app.word', true) <> word));
create policy "good claims" on rows as restrictive
    using ((select (auth.jwt() ->> 'sub')::uuid) = owner);
create policy "good nested" on rows as restrictive using (
    exists (select from auth.users where id = (select auth.uid()) and rows.owner = id)
    and (select coalesce(auth.jwt() ->> 'aal', '')) = 'aal2'
    and (select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid) = owner
);
create policy "metadata in json" on rows as restrictive
    using ((select auth.jwt() @> '{"user_metadata": {"is_admin": true}}'));
create policy "metadata in a path" on rows as restrictive
    using ((select jsonb_path_query_first(auth.jwt(), '$.user_metadata.role'))::text = word);
create policy "good word" on rows as restrictive
    using (word <> 'user_metadata is a word' and (select auth.uid()) = owner);

create table written (id int primary key, word text);
alter table written enable row level security;
grant insert, update, delete on written to authenticated;
create policy "same on both sides" on written for delete to reads_things using ('a' = 'a');
create policy "not false" on written for insert to authenticated with check (not false);
create policy "or true" on written for update to authenticated using (word = 'a' or true);
create policy "good rows" on written for select to authenticated using (id > 0);
create policy "good or" on written for update to anon
    using (word = 'a' and (id = 1 or true)) with check (word = ' OR true)');

create table many (id int primary key);
alter table many enable row level security;
create policy "joined select" on many for select to service_role using (id = 0);
create policy one on many for select to reads_things using (id = 1);
create policy two on many for select to authenticated using (id = 2);
create table good_many (id int primary key);
alter table good_many enable row level security;
create policy one on good_many for select to service_role using (id = 1);
create policy two on good_many for select to service_role using (id = 2);
create policy three on good_many for select to authenticated using (id = 3);

create table of_others (id int primary key);
alter table of_others enable row level security;
grant select on of_others to anon;
create policy one on of_others for select to service_role using (id = 1);

-- What is had by inheritance.
create table emptied (id int primary key);
grant truncate on emptied to reads_things;
create materialized view summed as select 1 as one;
grant select on summed to reads_things;
create function inherits() returns int language sql security definer set search_path = '' return 1;
revoke all on function inherits from public;
grant execute on function inherits to reads_things;

-- What a view and a default call as whoever uses them.
create schema private;
grant usage on schema private to authenticated;
create function private.good_helper() returns int language sql security definer
    set search_path = '' return 1;
revoke all on function private.good_helper from public;
grant execute on function private.good_helper to authenticated;
create view shown with (security_invoker = yes) as select private.good_helper() as one;
grant select on shown to authenticated;
create function helper() returns int language sql security definer set search_path = '' return 1;
revoke all on function helper from public;
grant execute on function helper to authenticated;
create table defaulted (id int primary key default helper());
alter table defaulted enable row level security;
grant insert on defaulted to authenticated;
create policy one on defaulted for insert to authenticated with check (id > 0);

create table pairs ("a%" int, b int, primary key ("a%", b));
create table pointing (
    id int primary key, "a%" int, b int,
    constraint good_pair foreign key ("a%", b) references pairs
);
create index on pointing (b, "a%") where "a%" is not null and b is not null;
create table pointing_too (
    id int primary key, "a%" int, b int, constraint pair foreign key ("a%", b) references pairs
);
create index on pointing_too ("a%", b) where b > 0;

create table generated (id int primary key, kind regproc generated always as ('now'::regproc) stored);
