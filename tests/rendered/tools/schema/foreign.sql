-- What only a superuser makes: a table of another server's, and one with what an extension brought.
create foreign data wrapper elsewhere;
create server far foreign data wrapper elsewhere options (host 'far.example');
create foreign table "Shop".stock (
    id int options (column_name 'nr') not null, left_over int default 0
) server far options (table_name 'stock');
