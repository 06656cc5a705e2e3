-- finds: policy <p> on <t>
create table <t> (<c> uuid, team int);
alter table <t> enable row level security;
create policy <p> on <t> to authenticated
    using (team in (select other.team from <t> other where other.<c> = (select auth.uid())))
    with check (<c> is not null and team in (select team from <t>));
