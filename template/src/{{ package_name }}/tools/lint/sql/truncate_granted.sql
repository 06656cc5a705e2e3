-- A role of the API that may empty a table, which no policy stops.
select object, 'error' as level,
       format('no policy binds TRUNCATE, and %s may', string_agg(rolname, ' and ' order by rolname))
       as why,
       format('revoke truncate on table %s from %s', name, named) as remedy
from relation
join caller on has_table_privilege(caller.oid, relation.oid, 'truncate')
           and has_schema_privilege(caller.oid, relnamespace, 'usage')
cross join callers
where relkind in ('r', 'p', 'f')
group by object, name, named
