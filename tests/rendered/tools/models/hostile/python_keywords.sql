create table "class" (id int primary key, "def" int, "None" text, "True" boolean, "async" int, "await" int,
    "lambda" text not null default 'x', "import" int, "global" int, match int, "type" text, "_" int, "case" int, self int, cls int);
create table "import" ("from" int primary key references "class", "in" int, "not" int);
create table "None" (id int primary key, "is" int references "class");
create table "print" (id int primary key, "list" text[], "str" text, "int" int, "dict" jsonb, "object" int, "property" text,
    "bool" boolean, "float" real, "bytes" bytea, "set" text, "tuple" int, "super" int, "id_" int, "isinstance" int);
insert into "class" (id, "def", "None", "type") values (1, 2, 'n', 't');
insert into "print" (id, "list", "str", "int", "dict") values (1, '{a,b}', 's', 2, '{"a": 1}');
