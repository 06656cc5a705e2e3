-- finds: table <t>
create table <t> (id int, <c> int);
