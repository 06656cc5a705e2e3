-- What a project's Storage keeps in its database: buckets, and one row for each object.
--
-- Every project has it, whether the service keeps files or not.

-- The Storage service's own login becomes the role of each request, through `authenticator`.
alter role supabase_storage_admin set search_path = storage;
grant authenticator to supabase_storage_admin;

create schema storage;
grant usage on schema storage
    to supabase_storage_admin, postgres, anon, authenticated, service_role;

create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');

create table storage.buckets (
    id text not null primary key,
    name text not null unique,
    owner uuid,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    public boolean default false,
    avif_autodetection boolean default false,
    file_size_limit bigint,
    allowed_mime_types text[],
    owner_id text,
    type storage.buckettype not null default 'STANDARD'
);

comment on column storage.buckets.owner is 'Field is deprecated, use owner_id instead';

create table storage.objects (
    id uuid not null primary key default gen_random_uuid(),
    bucket_id text references storage.buckets (id),
    name text,
    owner uuid,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    last_accessed_at timestamptz default now(),
    metadata jsonb,
    path_tokens text[] generated always as (string_to_array(name, '/')) stored,
    version text,
    owner_id text,
    user_metadata jsonb
);

comment on column storage.objects.owner is 'Field is deprecated, use owner_id instead';

create unique index bucketid_objname on storage.objects (bucket_id, name);
create index name_prefix_search on storage.objects (name text_pattern_ops);

alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;

-- The folders that lead to an object: what most policies look at.
create function storage.foldername(name text) returns text[] language sql immutable as $$
    select (string_to_array(name, '/'))[: cardinality(string_to_array(name, '/')) - 1]
$$;

create function storage.filename(name text) returns text language sql immutable as $$
    select (string_to_array(name, '/'))[cardinality(string_to_array(name, '/'))]
$$;

create function storage.extension(name text) returns text language sql immutable as $$
    select reverse(split_part(reverse(storage.filename(name)), '.', 1))
$$;

create function storage.update_updated_at_column() returns trigger language plpgsql as $$
begin
    new.updated_at = now();
    return new;
end
$$;

create trigger update_objects_updated_at before update on storage.objects
    for each row execute function storage.update_updated_at_column();

-- A row that goes by SQL would leave its bytes behind: only the service, which removes both, may.
create function storage.protect_delete() returns trigger language plpgsql as $$
begin
    if current_setting('storage.allow_delete_query', true) is distinct from 'true' then
        raise exception
            'Direct deletion from storage tables is not allowed. Use the Storage API instead.'
            using errcode = '42501',
            hint = 'This prevents accidental data loss from orphaned objects.';
    end if;
    return null;
end
$$;

create trigger protect_buckets_delete before delete on storage.buckets
    for each statement execute function storage.protect_delete();
create trigger protect_objects_delete before delete on storage.objects
    for each statement execute function storage.protect_delete();

alter table storage.buckets owner to supabase_storage_admin;
alter table storage.objects owner to supabase_storage_admin;
alter type storage.buckettype owner to supabase_storage_admin;
alter function storage.foldername(text) owner to supabase_storage_admin;
alter function storage.filename(text) owner to supabase_storage_admin;
alter function storage.extension(text) owner to supabase_storage_admin;
alter function storage.update_updated_at_column() owner to supabase_storage_admin;
alter function storage.protect_delete() owner to supabase_storage_admin;

-- The API roles hold every privilege: which row it is, is for the policies to say.
grant all on storage.buckets, storage.objects to anon, authenticated, service_role;
grant all on storage.buckets, storage.objects to postgres with grant option;

-- On Supabase an extension lets `postgres` write policies for tables that it does not own. Plain
-- Postgres asks for ownership, so here it has the owner's rights, without becoming the owner, and
-- the event triggers below take back what goes further. What still differs: the catalogue shows
-- the membership, and the refusal comes after the statement has waited for its locks.
grant supabase_storage_admin to postgres with inherit true, set false;

create function storage.refuse_alteration() returns event_trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    what record;
begin
    if (select rolsuper from pg_roles where rolname = current_user) then
        return;
    end if;
    for what in select * from pg_event_trigger_ddl_commands() loop
        if what.schema_name = 'storage'
            or (what.command_tag = 'COMMENT' and what.object_identity ~ ' on storage\.') then
            raise exception 'must be owner of %', what.object_identity using errcode = '42501';
        end if;
    end loop;
end
$$;

create function storage.refuse_drop() returns event_trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    what record;
begin
    if (select rolsuper from pg_roles where rolname = current_user) then
        return;
    end if;
    for what in select * from pg_event_trigger_dropped_objects() loop
        if what.schema_name = 'storage' and what.object_type not in ('policy', 'trigger') then
            raise exception 'must be owner of %', what.object_identity using errcode = '42501';
        end if;
    end loop;
end
$$;

create event trigger storage_keeps_its_shape on ddl_command_end
    execute function storage.refuse_alteration();

create event trigger storage_keeps_its_objects on sql_drop
    execute function storage.refuse_drop();
