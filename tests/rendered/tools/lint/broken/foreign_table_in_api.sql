-- finds: foreign table <t>
-- by: supabase_admin
create foreign data wrapper <f>;
create server <f> foreign data wrapper <f>;
create foreign table <t> (<c> int) server <f>;
grant select on <t> to anon;
