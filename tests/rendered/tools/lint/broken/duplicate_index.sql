-- finds: index <s>.<i>
create table <t> (<c> int unique);
create unique index <i> on <t> (<c>);
