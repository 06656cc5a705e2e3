-- finds: view <v>
create table <t> (<c> uuid);
create view <v> with (security_barrier) as select * from <t>;
grant select on <v> to anon;
