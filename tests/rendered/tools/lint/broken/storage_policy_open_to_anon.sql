-- finds: policy <p> on storage.objects
-- by: supabase_admin
create policy <p> on storage.objects for insert with check (bucket_id = <b>);
