create extension citext schema extensions;
create extension hstore schema extensions;
create extension ltree schema extensions;
create extension pg_trgm schema extensions;
create extension btree_gist schema extensions;
create extension "uuid-ossp" schema extensions;
create table accounts (
    id uuid primary key default extensions.uuid_generate_v4(),
    email extensions.citext not null unique,
    aliases extensions.citext[],
    attributes extensions.hstore not null default '',
    path extensions.ltree,
    room int not null,
    during tstzrange not null,
    exclude using gist (room with =, during with &&)
);
create index accounts_email_trgm on accounts using gin ((email::text) extensions.gin_trgm_ops);
create index accounts_path on accounts using gist (path extensions.gist_ltree_ops (siglen = 100));
create index accounts_attributes on accounts using gin (attributes);
insert into accounts values ('00000000-0000-4000-8000-000000000001', 'Ann@Example.org', '{A,b}',
    '"a"=>"1", "b c"=>NULL', 'top.below', 1, '[2026-01-01Z,2026-01-02Z)');
