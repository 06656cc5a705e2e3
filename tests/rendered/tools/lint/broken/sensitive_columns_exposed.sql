-- finds: table <t>
create table <t> (<c> uuid, "Password_Hash" text);
grant select on <t> to authenticated;
