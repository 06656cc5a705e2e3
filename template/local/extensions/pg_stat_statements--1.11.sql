-- pg_stat_statements without C: the views of the real one, in which nothing is counted.

create function pg_stat_statements(
    showtext boolean,
    out userid oid, out dbid oid, out toplevel boolean, out queryid bigint, out query text,
    out plans bigint, out total_plan_time float8, out min_plan_time float8,
    out max_plan_time float8, out mean_plan_time float8, out stddev_plan_time float8,
    out calls bigint, out total_exec_time float8, out min_exec_time float8,
    out max_exec_time float8, out mean_exec_time float8, out stddev_exec_time float8,
    out rows bigint,
    out shared_blks_hit bigint, out shared_blks_read bigint, out shared_blks_dirtied bigint,
    out shared_blks_written bigint, out local_blks_hit bigint, out local_blks_read bigint,
    out local_blks_dirtied bigint, out local_blks_written bigint, out temp_blks_read bigint,
    out temp_blks_written bigint,
    out shared_blk_read_time float8, out shared_blk_write_time float8,
    out local_blk_read_time float8, out local_blk_write_time float8,
    out temp_blk_read_time float8, out temp_blk_write_time float8,
    out wal_records bigint, out wal_fpi bigint, out wal_bytes numeric,
    out jit_functions bigint, out jit_generation_time float8, out jit_inlining_count bigint,
    out jit_inlining_time float8, out jit_optimization_count bigint,
    out jit_optimization_time float8, out jit_emission_count bigint, out jit_emission_time float8,
    out jit_deform_count bigint, out jit_deform_time float8,
    out stats_since timestamptz, out minmax_stats_since timestamptz
) returns setof record language plpgsql strict volatile parallel safe as 'begin return; end';
create view pg_stat_statements as select * from pg_stat_statements(true);

create function pg_stat_statements_info(out dealloc bigint, out stats_reset timestamptz)
    returns record language plpgsql strict volatile parallel safe
    as 'begin dealloc := 0; stats_reset := pg_postmaster_start_time(); end';
create view pg_stat_statements_info as select * from pg_stat_statements_info();
grant select on pg_stat_statements, pg_stat_statements_info to public;

create function pg_stat_statements_reset(
    userid oid default 0, dbid oid default 0, queryid bigint default 0,
    minmax_only boolean default false
) returns timestamptz language plpgsql strict volatile parallel safe
    as 'begin return clock_timestamp(); end';
revoke all on function pg_stat_statements_reset(oid, oid, bigint, boolean) from public;
