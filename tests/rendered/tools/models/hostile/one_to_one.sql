create table users (id int primary key, name text);
create table settings (user_id int primary key references users on delete cascade, theme text);
create table passports (id int primary key, owner int unique references users, number text);
create table badges (id int primary key, user_id int references users);
create unique index on badges (user_id);
create table partial (id int primary key, user_id int references users, live boolean);
create unique index on partial (user_id) where live;
insert into users values (1, 'a');
insert into settings values (1, 'dark');
