create schema "odd schema";
create table "order items" (id int primary key, "unit price" numeric(8, 2) check ("unit price" > 0), "100%" int, "a:b" int, "a.b" int,
    "quote""d" text, "back\slash" text, "it's" text, "(paren)" int, "semi;colon" int, "-" int, "--" int, "$" int, "%(x)s" int, "{x}" int, " " int, "tab	" int);
create table "a.b" (id int primary key, "order items id" int references "order items", "c.d" text unique);
create table "odd schema"."%table: ""x""" (id int primary key, "ref.1" text, self int references "odd schema"."%table: ""x""");
create type "odd schema"."a b" as enum ('c d');
create table "odd schema".plain (id int primary key, k "odd schema"."a b" default 'c d', ks "odd schema"."a b"[]);
create index "my index, really" on "order items" ("unit price", "a:b") where "100%" > 1;
create unique index on "order items" ("a.b") include ("quote""d");
alter table "order items" enable row level security;
create policy "read: ""all"", 100%" on "order items" for select to authenticated using ("a:b" = 1 and "it's" = '%s:x');
grant select ("unit price", id) on "order items" to authenticated;
insert into "order items" (id, "unit price", "100%", "a:b", "quote""d", "%(x)s") values (1, 2, 3, 4, 'q', 5);
insert into "odd schema".plain values (1, default, '{"c d"}');
