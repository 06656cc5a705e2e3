-- finds: column <t>.<c>
create table <t> (id int, <c> regprocedure[] default '{}');
