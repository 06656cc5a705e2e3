-- finds: constraint <p> on <t>
create table <t> (id int primary key, <c> text constraint <p> references auth.users (phone));
