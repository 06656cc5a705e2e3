-- finds: table pgmq.q_<q>
create schema if not exists pgmq;
grant usage on schema pgmq to authenticated;
create table pgmq.q_<q> ();
grant select, delete on pgmq.q_<q> to authenticated;
