-- finds: policy <p> on storage.objects
-- by: supabase_admin
create policy <p> on storage.objects for update to authenticated
    using (owner_id = (select auth.uid())::text) with check (bucket_id = <b>);
