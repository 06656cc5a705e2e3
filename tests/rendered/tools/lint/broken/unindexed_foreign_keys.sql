-- finds: constraint <p> on <u>
create table <t> (id int, <c> int, primary key (id, <c>));
create table <u> (<c> int, id int primary key, constraint <p> foreign key (id, <c>) references <t>);
