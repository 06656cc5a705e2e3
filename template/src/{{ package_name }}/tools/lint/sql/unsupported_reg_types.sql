-- A column that an upgrade of Postgres to the next major version refuses.
select format('column %s.%I', name, attname) as object, 'warn' as level,
       format('a column of type %s stops the upgrade to the next version of Postgres',
              format_type(atttypid, null)) as why,
       format('alter table %s alter column %I type %s using %I::%s',
              name, attname, new_type, attname, new_type) as remedy
from relation
join pg_attribute on attrelid = oid and attnum > 0 and not attisdropped
join pg_type as type on type.oid = atttypid
left join pg_type as element on element.oid = type.typelem and type.typcategory = 'A'
cross join lateral (
    select case when element.oid is null then 'text' else 'text[]' end
) as mended (new_type)
where relkind in ('r', 'p') and not relispartition and attinhcount = 0
  and coalesce(element.oid, type.oid)::regtype::text in (
      'regcollation', 'regconfig', 'regdictionary', 'regnamespace', 'regoper', 'regoperator',
      'regproc', 'regprocedure'
  )
