-- finds: table <t>
-- by: supabase_admin
create table <t> (<c> int);
grant select on <t> to public;
<pg_graphql>;
