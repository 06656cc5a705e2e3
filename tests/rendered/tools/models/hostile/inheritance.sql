create table cities (name text not null, population int default 0 check (population >= 0), elevation int);
create table capitals (state char(2) primary key) inherits (cities);
create table sized (area numeric);
create table both_parents (id int primary key, extra text) inherits (cities, sized);
create schema apart;
create table apart.child (id int primary key) inherits (public.cities);
insert into capitals values ('Madison', 200, 3, 'WI');
