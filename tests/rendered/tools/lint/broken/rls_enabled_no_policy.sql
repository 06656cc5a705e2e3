-- finds: table <t>
create table <t> (<c> uuid);
alter table <t> enable row level security;
grant select (<c>) on <t> to authenticated;
