-- finds: policy <p> on storage.objects
-- by: supabase_admin
insert into storage.buckets (id, name, public) values (<b>, <b>, true);
create policy <p> on storage.objects for select to authenticated using (bucket_id = <b>);
