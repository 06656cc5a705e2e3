-- finds: bucket <bucket>
-- by: supabase_admin
insert into storage.buckets (id, name, public) values (<b>, <b>, true);
