create function make_code(prefix text) returns text language sql as $$ select prefix || 'x' $$;
create sequence numbers;
create table defaults (
    id uuid primary key default gen_random_uuid(),
    owner uuid default auth.uid(),
    created timestamptz not null default now(),
    clock timestamptz default clock_timestamp(),
    today date default current_date,
    keyword timestamptz default current_timestamp,
    local time default localtime,
    who text default current_user,
    utc timestamp default (now() at time zone 'utc'),
    later timestamptz default now() + interval '1 day 02:03:04',
    at_time time default '12:30:45',
    colon text default ':name and ::cast \:x',
    percent text default '100%s %(a)s %%',
    quote text default 'it''s "q"',
    backslash text default 'C:\new\table',
    newline text default E'a\nb\tc',
    empty text default '',
    nothing text default null,
    yes boolean not null default true,
    no boolean default false,
    number int default 7, negative int default -7, decimal_ numeric default 1.50,
    big bigint default 9000000000,
    array_ int[] default '{1,2}', object jsonb default '{"a": ":b", "c": "%d"}',
    code text default make_code('a:b'), number_2 bigint default nextval('numbers'),
    chosen text default (case when true then 'a' else 'b' end),
    seconds interval default '00:00:30', non_ascii text default 'größe – 𝄞',
    long_text text default 'a very long default that goes on and on, so long that no line of a file could hold it, and then some more words of it until it is over',
    bytes bytea default '\xdeadbeef', bits bit(3) default b'101'
);
insert into defaults (id) values ('00000000-0000-4000-8000-000000000001');
