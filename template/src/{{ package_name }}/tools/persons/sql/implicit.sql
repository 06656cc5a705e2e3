-- Functions that run without being named: behind the project's own casts and domains.
select coalesce(pg_catalog.string_agg(body, ' '), '') from (
    select castfunc::regproc::text as body
    from pg_catalog.pg_cast c
    where c.oid >= 16384 and castfunc <> 0 and not exists (
        select from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_cast'::regclass and d.objid = c.oid and d.deptype = 'e'
    )
    union all
    select pg_catalog.pg_get_constraintdef(oid)
    from pg_catalog.pg_constraint
    where contypid >= 16384
) as implicit
