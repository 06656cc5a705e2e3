create schema kit;
create domain email as text check (value ~ '^[^@]+@[^@]+$');
create domain positive as int not null default 1 check (value > 0);
create domain kit.tags as text[] check (cardinality(value) < 5);
create domain between_two as numeric(6, 2) constraint low check (value >= 0)
    constraint high check (value <= 100);
create domain named as text constraint not_blank check (btrim(value) <> '');
create domain again as email;
create domain slug as varchar(20) collate "C" default 'x';
create domain document as jsonb check (jsonb_typeof(value) = 'object');
create type mood as enum ('a', 'b');
create domain good_mood as mood check (value <> 'b');
create domain positive_named as int not null constraint over check (value > 0);
create table people (
    id positive primary key,
    email email not null unique,
    tags kit.tags,
    share between_two,
    name named,
    second again,
    slug slug,
    document document,
    mood good_mood default 'a',
    mails email[],
    more positive_named
);
insert into people values (1, 'a@b', '{x,y}', 1.50, 'n', 'c@d', 'abc', '{"a": 1}', 'a', '{e@f,g@h}', 2);
insert into people (id, email, more) values (2, 'b@b', 3);
