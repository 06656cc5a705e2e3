-- Domains; their checks are constraints.
select t.oid, t.typnamespace as namespace, n.nspname as schema, t.typname as name,
       t.typbasetype as type, format_type(t.typbasetype, t.typtypmod) as type_sql,
       t.typtypmod <> -1 as has_modifiers, t.typndims as dimensions,
       not t.typnotnull as nullable,
       pg_get_expr(t.typdefaultbin, 0) as default,
       case when t.typcollation <> b.typcollation then t.typcollation::regcollation::text
            end as collation,
       d.description as comment
from pg_type t
join pg_namespace n on n.oid = t.typnamespace
join pg_type b on b.oid = t.typbasetype
left join pg_description d on d.objoid = t.oid and d.classoid = 'pg_type'::regclass
where t.typnamespace = any(cast(:schemas as oid[])) and t.typtype = 'd'
order by n.nspname, t.typname
