-- finds: extension <x>
-- by: supabase_admin
<older x>;
