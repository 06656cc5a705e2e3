-- finds: table <t>
create table <t> (<c> int) with (autovacuum_enabled = off);
insert into <t> select number from generate_series(1, 60000) number;
delete from <t> where <c> > 20000;
select pg_stat_force_next_flush();
