-- finds: policy <p> on <t>
create table <t> (<c> text);
alter table <t> enable row level security;
create policy <p> on <t> for update
    using (<c> = (select auth.jwt() -> 'user_metadata' ->> 'team'))
    with check (<c> = (select auth.jwt() #>> '{user_metadata,team}'));
