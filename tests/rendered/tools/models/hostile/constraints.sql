create table parents (a int, b int, c text, unique (a, b), primary key (b, a),
    constraint c_unique unique nulls not distinct (c, a) include (b));
create table rules (
    id int constraint "My key" primary key deferrable initially deferred,
    x int check (x > 0), y int constraint "y is: 5%" check (y % 5 = 0), z text,
    a int, b int, d int, e int, f int, g int,
    constraint z_pattern check (z ~ '^[a-z]:\d+$' and z <> ':w' and z not like '%a%'),
    constraint both_or_neither check ((x is null) = (y is null)),
    constraint to_parent foreign key (a, b) references parents (a, b) match full
        on delete set null on update cascade deferrable initially deferred,
    constraint to_parent_columns foreign key (d, e) references parents (b, a) on delete set null (e),
    constraint to_parent_default foreign key (f, g) references parents (b, a)
        on delete set default (f, g) on update restrict deferrable,
    unique (z) deferrable, unique (x, y) deferrable initially deferred
);
alter table rules add constraint not_checked check (x < 100) not valid;
alter table rules add constraint not_checked_key foreign key (x, y) references parents (b, a) not valid;
alter table rules add constraint nobody_inherits check (y < 1000) no inherit;
comment on constraint both_or_neither on rules is 'Both or neither';
insert into parents values (1, 2, 'c');
insert into rules (id, x, y, z, a, b) values (1, null, null, 'b:1', null, null);
