-- A foreign key to a column of auth that is not a primary key.
select format('constraint %I on %s', conname, name) as object, 'error' as level,
       format('only primary keys of auth stay as they are: one to %s stops the upgrade of Auth',
              confrelid::regclass) as why,
       format('alter table %s drop constraint %I', name, conname) as remedy
from pg_constraint
join relation on relation.oid = conrelid
join pg_class as target on target.oid = confrelid
join pg_index on indexrelid = conindid
where contype = 'f' and conparentid = 0 and not indisprimary
  and target.relnamespace = to_regnamespace('auth')
