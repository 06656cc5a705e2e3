create table products (
    id int primary key,
    name text not null,
    price numeric(10, 2) not null,
    tax numeric(10, 2) generated always as (price * 0.19) stored,
    label text generated always as (name || ': ' || case when price > 0 then 'x' else 'y' end) stored not null,
    search tsvector generated always as (
        setweight(to_tsvector('english', coalesce(name, '')), 'A')) stored,
    parts text[] generated always as (string_to_array(name, ' ')) stored
);
create index on products using gin (search);
insert into products (id, name, price) values (1, 'a b', 10);
