-- Ranges; the multirange that comes with each has its name only.
select t.oid, t.typnamespace as namespace, n.nspname as schema, t.typname as name,
       r.rngsubtype as type, format_type(r.rngsubtype, null) as type_sql,
       false as has_modifiers, 0 as dimensions,
       r.rngmultitypid::regtype::text as multirange,
       case when not o.opcdefault then
            case when os.nspname = 'pg_catalog' then '' else quote_ident(os.nspname) || '.' end
                || quote_ident(o.opcname)
            end as opclass,
       case when r.rngcollation <> s.typcollation then r.rngcollation::regcollation::text
            end as collation,
       case when r.rngcanonical <> 0 then r.rngcanonical::text end as canonical,
       case when r.rngsubdiff <> 0 then r.rngsubdiff::text end as subtype_diff,
       d.description as comment
from pg_range r
join pg_type t on t.oid = r.rngtypid
join pg_namespace n on n.oid = t.typnamespace
join pg_type s on s.oid = r.rngsubtype
join pg_opclass o on o.oid = r.rngsubopc
join pg_namespace os on os.oid = o.opcnamespace
left join pg_description d on d.objoid = t.oid and d.classoid = 'pg_type'::regclass
where t.typnamespace = any(cast(:schemas as oid[]))
order by n.nspname, t.typname
