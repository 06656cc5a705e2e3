create type mood as enum ('sad', 'ok', 'happy');
create table bags (
    id int primary key,
    plain json,
    binary_json jsonb not null default '{"a": [1, 2]}',
    texts text[] not null default '{}',
    numbers int[] default array[1, 2],
    grid int[][],
    moods mood[] not null default '{ok}'::mood[],
    documents jsonb[],
    moments timestamptz[],
    keys uuid[],
    prices numeric(10, 2)[],
    short varchar(5)[],
    lengths interval[]
);
create index on bags using gin (binary_json jsonb_path_ops);
create index on bags using gin (texts);
insert into bags values (1, '{"b": 1}', '[1, "x", null, 2.5]', '{"a","b c","d\"e"}', '{1,NULL,3}',
    '{{1,2},{3,4}}', '{sad,happy}', array['{"x": 1}', '"y"']::jsonb[], array['2026-01-01Z'::timestamptz],
    '{00000000-0000-4000-8000-000000000001}', '{1.50,2.25}', '{abc}', array['1 day'::interval]);
insert into bags (id) values (2);
insert into bags (id, binary_json, documents) values (3, 'null', '{}');
