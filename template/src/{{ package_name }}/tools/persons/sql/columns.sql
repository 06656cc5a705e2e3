-- The columns of the relation $2, and what the role $1 may do with each.
select a.attname::text as name,
       array(
           select privilege from unnest(array['select', 'insert', 'update']) privilege
           where pg_catalog.has_column_privilege(r.oid, a.attrelid, a.attnum, privilege)
       ) as granted,
       a.attgenerated <> '' as generated,
       a.attnotnull or t.typnotnull as not_null,
       a.atthasdef or a.attidentity <> '' or t.typdefault is not null as filled,
       a.attgenerated <> '' or a.attidentity = 'a' as always,
       -- Whose row it is, if a column says so: a key to the table of people.
       a.atttypid = 'uuid'::regtype and (
           exists (
               select from pg_catalog.pg_constraint f
               join pg_catalog.pg_class u on u.oid = f.confrelid and u.relname = 'users'
               join pg_catalog.pg_namespace un on un.oid = u.relnamespace and un.nspname = 'auth'
               where f.conrelid = a.attrelid and f.contype = 'f' and f.conkey = array[a.attnum]
           )
           or coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid) ~ 'auth\.uid\(\)', false)
       ) as names_user,
       -- A serial's sequence is asked for its next number in the name of whoever inserts.
       (
           select s.oid::regclass::text
           from pg_catalog.pg_depend u
           join pg_catalog.pg_class s on s.oid = u.refobjid and s.relkind = 'S'
           where u.classid = 'pg_catalog.pg_attrdef'::regclass and u.objid = d.oid
             and u.refclassid = 'pg_catalog.pg_class'::regclass
             -- In a case, since Postgres may ask for the privilege before the kind.
             and case s.relkind when 'S' then
                     not pg_catalog.has_sequence_privilege(r.oid, s.oid, 'usage, update') end
           limit 1
       ) as closed_sequence
from pg_catalog.pg_attribute a
join pg_catalog.pg_roles r on r.rolname = $1
join pg_catalog.pg_type t on t.oid = a.atttypid
left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attrelid = $2 and a.attnum > 0 and not a.attisdropped
order by a.attnum
