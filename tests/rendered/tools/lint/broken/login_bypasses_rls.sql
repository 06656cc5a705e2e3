-- finds: role <r>
-- by: supabase_admin
create role <r> login superuser bypassrls;
