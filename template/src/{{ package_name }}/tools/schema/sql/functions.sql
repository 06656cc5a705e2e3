-- Functions, procedures and aggregates, which Postgres cannot print as a statement.
select p.oid, p.pronamespace as namespace, n.nspname as schema, p.proname as name,
       pg_get_function_identity_arguments(p.oid) as arguments,
       pg_get_function_result(p.oid) as result,
       case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' when 'w' then 'window'
                      else 'function' end as kind,
       l.lanname as language, pg_get_userbyid(p.proowner)::text as owner,
       case p.provolatile when 'i' then 'immutable' when 's' then 'stable'
                          else 'volatile' end as volatility,
       p.prosecdef as security_definer, p.proleakproof as leakproof, p.proisstrict as strict,
       case p.proparallel when 's' then 'safe' when 'r' then 'restricted'
                          else 'unsafe' end as parallel,
       coalesce(p.proconfig, '{}') as config,
       coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) as source,
       case when p.prokind <> 'a' then pg_get_functiondef(p.oid) end as definition,
       d.description as comment
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
join pg_language l on l.oid = p.prolang
left join pg_description d on d.objoid = p.oid and d.classoid = 'pg_proc'::regclass
where p.pronamespace = any(cast(:schemas as oid[]))
  -- The constructors of a range come and go with it.
  and not exists (
      select from pg_depend i
      where i.objid = p.oid and i.classid = 'pg_proc'::regclass and i.deptype = 'i'
  )
order by n.nspname, p.proname, 5
