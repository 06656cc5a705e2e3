create schema billing;
create type status as enum ('new', 'it''s "done"', 'with, comma', '');
create type billing.status as enum ('paid', 'unpaid');
create type "Weird Status" as enum ('%s', 'a:b', '\', ':c');
create type unused as enum ('x');
create table orders (
    id int primary key,
    status status not null default 'new',
    paid billing.status not null default 'unpaid'::billing.status,
    weird "Weird Status" default ':c',
    history billing.status[]
);
create table billing.orders (
    id int primary key references public.orders,
    status billing.status,
    other public.status
);
insert into orders values (1, 'it''s "done"', 'paid', '%s', '{paid,unpaid}'),
    (2, '', default, 'a:b', '{}'), (3, 'with, comma', 'paid', '\', null);
insert into billing.orders values (1, 'paid', 'new');
comment on type status is 'How far it is';
