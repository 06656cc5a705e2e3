create table nodes (id int primary key, parent_id int references nodes on delete cascade, name text);
create table employees (
    id int primary key, manager int references employees (id), mentor_id int references employees,
    deputy_id int unique references employees
);
create table versions (tenant int, id int, previous int, primary key (tenant, id),
    foreign key (tenant, previous) references versions (tenant, id));
create table friends (a int references nodes, b int references nodes, primary key (a, b));
insert into nodes values (1, null, 'root'), (2, 1, 'leaf');
