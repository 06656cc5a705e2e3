-- finds: table <t>
create table <t> (<c> uuid, id int);
grant select, update (<c>), insert, update (id) on <t> to authenticated;
grant select (<c>) on <t> to service_role;
