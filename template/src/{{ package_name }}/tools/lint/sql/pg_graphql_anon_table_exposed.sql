-- Everybody sees the columns of a table in the GraphQL schema.
select object, 'warn' as level,
       'pg_graphql shows its name and columns to anon, who may select from it' as why,
       format('revoke select on table %s from %s, public', name, holders) as remedy
from relation join caller on rolname = 'anon'
where exists (select from pg_extension where extname = 'pg_graphql')
  and has_schema_privilege(caller.oid, relnamespace, 'usage')
  and has_any_column_privilege(caller.oid, relation.oid, 'select')
