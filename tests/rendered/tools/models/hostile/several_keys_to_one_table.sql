create table users (id int primary key, name text);
create table addresses (id int primary key, "user" int references users);
create table matches (
    id int primary key, home_id int not null references users, away_id int not null references users (id),
    referee int references users, users int references users, user_id int references users,
    winner int references users on delete set null
);
create table orders (id int primary key, billing_address_id int references addresses,
    shipping_address_id int references addresses, address int, address_id int references addresses);
create table twice (id int primary key, user_id int references users, again int references users,
    constraint other_way foreign key (user_id) references users (id) on delete cascade);
insert into users values (1, 'a');
insert into matches values (1, 1, 1, null, 1, 1, null);
