-- finds: index <s>.<i>
create table <t> (id int primary key, <c> int);
insert into <t> select number, number from generate_series(1, 60000) number;
create index <i> on <t> (<c>);
set local enable_seqscan = off;
do $$ begin for i in 1..1000 loop perform from <t> where id = i; end loop; end $$;
select pg_stat_force_next_flush();
