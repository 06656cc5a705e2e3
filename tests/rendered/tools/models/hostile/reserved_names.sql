create table base (id int primary key, metadata jsonb, registry text, query text, __x int, __y__ int, _z int,
    __table__ int, __tablename__ text, __table_args__ text, __mapper__ int, __mapper_args__ int, __init__ int, __class__ int, __dict__ int,
    __annotations__ int, __module__ text, __doc__ text, _sa_instance_state int, _sa_registry int, type_annotation_map int, mapper int, awaitable_attrs int,
    "__" int, "___" int, "1" int);
create table metadata (id int primary key, base_id int references base, base int references base);
create table registry (id int primary key, x int);
create table query (id int primary key, "type" text);
create table model (id int primary key, policies text);
create table policies (id int primary key, secure boolean, model_id int references model);
create table supabase (id int primary key, notes text);
create table "__init__" (id int primary key);
create table "tests" (id int primary key, mapper_id int references registry);
insert into base (id, metadata, registry, query, __x, __y__, _z, "1") values (1, '{}', 'r', 'q', 2, 3, 4, 5);
