-- The extensions and the publication that a project is born with.
--
-- What a cluster of before has already, from migrations of its own, stays as it is. `postgres` owns
-- the extensions, so that it can drop and move them, as Supabase lets it.

set session authorization postgres;

create extension if not exists "uuid-ossp" with schema extensions;

create extension if not exists pgcrypto with schema extensions;

create extension if not exists pg_stat_statements with schema extensions;

set session authorization supabase_admin;

-- Realtime sends the changes of what is added to it; here nothing does.
do $$ begin
    if not exists (select from pg_publication where pubname = 'supabase_realtime') then
        create publication supabase_realtime;
        alter publication supabase_realtime owner to postgres;
    end if;
end $$;
