-- finds: policy <p> on <t>
create table <t> (<c> uuid);
alter table <t> enable row level security;
create policy <p> on <t> for insert to authenticated with check (true);
