-- finds: table <t>
-- by: supabase_admin
create table <t> (<c> int);
grant select (<c>) on <t> to anon;
<pg_graphql>;
