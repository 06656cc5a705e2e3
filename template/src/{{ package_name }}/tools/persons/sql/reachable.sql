-- What a text may run by naming it: the functions, views and policies whose names stand in it, as
-- words or, when a name is more than one word, anywhere in the text.
with named (kind, oid, name) as (
    select 'function', oid, proname::text from pg_catalog.pg_proc
    union all
    select 'relation', oid, relname::text from pg_catalog.pg_class where relkind in ('r', 'p', 'v')
), hit as (
    select kind, oid, name from named
    where name = any(cast(:words as text[]))
       or (name ~ '[^[:alnum:]_$]'
           and pg_catalog.strpos(:text, pg_catalog.replace(name, '"', '""')) > 0)
), extension as (
    select objid from pg_catalog.pg_depend
    where classid = 'pg_catalog.pg_proc'::regclass and deptype = 'e'
)
select 'function' as kind, n.nspname::text as schema, p.proname::text as name,
       l.lanname::text as language,
       p.provolatile = 'v' as volatile,
       p.oid < 16384 or p.oid in (select objid from extension) as trusted,
       pg_catalog.array_to_string(p.proconfig, ' ') as settings,
       case when p.oid < 16384 or p.prokind not in ('f', 'p') then ''
            else p.prosrc || coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), '') end as body
from hit
join pg_catalog.pg_proc p on p.oid = hit.oid
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_language l on l.oid = p.prolang
where hit.kind = 'function'
union all
-- An aggregate's functions, and those of an operator with its negator and commutator.
select 'words', '', hit.name, '', false, true, '',
       pg_catalog.concat_ws(' ', a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn)
from hit join pg_catalog.pg_aggregate a on a.aggfnoid = hit.oid
where hit.kind = 'function' and hit.oid >= 16384
union all
select 'words', n.nspname, c.relname, '', false, true, '', pg_catalog.pg_get_viewdef(c.oid)
from hit
join pg_catalog.pg_class c on c.oid = hit.oid and c.relkind = 'v'
join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname <> 'pg_catalog'
where hit.kind = 'relation' and n.nspname <> 'information_schema'
union all
select 'words', '', polname, '', false, true, '',
       pg_catalog.pg_get_expr(polqual, polrelid)
from hit join pg_catalog.pg_policy on polrelid = hit.oid
where hit.kind = 'relation'
union all
select 'words', '', o.oprname, '', false, true, '',
       pg_catalog.concat_ws(' ', o.oprcode, o.oprrest, o.oprjoin, other.oprcode)
from pg_catalog.pg_operator o
left join pg_catalog.pg_operator other on other.oid in (o.oprnegate, o.oprcom)
where o.oid >= 16384 and pg_catalog.strpos(:text, cast(o.oprname as text)) > 0 and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_operator'::regclass and d.objid = o.oid and d.deptype = 'e'
)
