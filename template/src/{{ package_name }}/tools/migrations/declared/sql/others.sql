-- Policies, defaults, checks and indexes that something is in the way of, as statements.
select 'pg_policy' as catalogue, p.oid, 'policy' as kind, format('%I on %s', p.polname, t.name) as name, t.name as place,
       format('drop policy %I on %s', p.polname, t.name) as dropped_by,
       format('create policy %I on %s%s for %s to %s', p.polname, t.name,
              case when p.polpermissive then '' else ' as restrictive' end,
              case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                            when 'd' then 'delete' else 'all' end,
              (select string_agg(case role when 0 then 'public'
                                 else quote_ident(pg_get_userbyid(role)) end, ', ')
               from unnest(p.polroles) role))
           || coalesce(e'\nusing (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
           || coalesce(e'\nwith check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
           as definition
from pg_policy p
cross join lateral (select p.polrelid::regclass::text) t (name)
where p.oid = any(cast(:pg_policy as oid[]))
union all
select 'pg_attrdef', d.oid, case a.attgenerated when '' then 'default' else 'generated' end,
       format('%I of %s', a.attname, t.name), t.name,
       format('alter table %s alter column %I drop default', t.name, a.attname),
       format('alter table %s alter column %I set default %s', t.name, a.attname,
              pg_get_expr(d.adbin, d.adrelid))
from pg_attrdef d
join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
cross join lateral (select d.adrelid::regclass::text) t (name)
where d.oid = any(cast(:pg_attrdef as oid[]))
union all
select 'pg_constraint', k.oid, 'check', format('%I on %s', k.conname, t.name), t.name,
       format('alter table %s drop constraint %I', t.name, k.conname),
       format('alter table %s add constraint %I %s', t.name, k.conname,
              pg_get_constraintdef(k.oid))
from pg_constraint k
cross join lateral (select k.conrelid::regclass::text) t (name)
where k.oid = any(cast(:pg_constraint as oid[])) and k.contype = 'c' and k.conrelid <> 0
union all
select 'pg_class', i.indexrelid, 'index', i.indexrelid::regclass::text, i.indrelid::regclass::text,
       format('drop index %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
from pg_index i
where i.indexrelid = any(cast(:pg_class as oid[]))
