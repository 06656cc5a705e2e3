-- finds: table <t>
create table <t> (<c> uuid);
grant insert (<c>) on <t> to anon;
