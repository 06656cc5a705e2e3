-- finds: table <t>
create table <t> (<c> uuid);
alter table <t> enable row level security;
create policy <p> on <t> to authenticated using ((select auth.uid()) = <c>);
create policy second on <t> for select to anon, authenticated using (<c> is null);
create policy third on <t> for insert with check (<c> is not null);
