-- finds: extension <x>
-- by: supabase_admin
drop extension if exists <x>;
create extension <x> with schema public;
