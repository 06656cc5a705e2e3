-- Policies on files: what has "good" in its name shall not be found.
insert into storage.buckets (id, name, public) values ('faces', 'faces', true);
create policy "all but one" on storage.objects for select to authenticated
    using (bucket_id <> 'private' and owner_id = (select auth.uid())::text);
create policy "any at all" on storage.objects for select to authenticated
    using (bucket_id is not null and owner_id = (select auth.uid())::text);
create policy "whoever signs in" on storage.objects for select to authenticated
    using (bucket_id = 'faces' and (select auth.role()) = 'authenticated');
create policy "good of theirs" on storage.objects for select to authenticated
    using (bucket_id = 'faces' and owner_id = (select auth.uid())::text);
create policy "good of the service" on storage.objects for select to authenticated
    using (bucket_id = 'faces' and (select auth.role()) = 'service_role');
