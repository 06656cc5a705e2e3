-- What depends on views, functions and columns, however far, and would be in the way of their drop.
-- Of a table only what reads it from outside: what belongs to it goes and comes with it.
with recursive roots as (
    select (said ->> 0)::regclass::oid as class, (said ->> 1)::oid as id, 0 as sub
    from jsonb_array_elements(cast(:roots as jsonb)) said
    where said ->> 0 like 'pg!_%' escape '!'
    union
    select 'pg_class'::regclass, to_regclass(said ->> 1), 0
    from jsonb_array_elements(cast(:roots as jsonb)) said
    where said ->> 0 = 'table'
    union
    select 'pg_type'::regclass, t.id, 0
    from jsonb_array_elements(cast(:roots as jsonb)) said
    join pg_type y on y.typrelid = to_regclass(said ->> 1)
    cross join lateral (values (y.oid), (y.typarray)) t (id)
    where said ->> 0 = 'rows'
    union
    select 'pg_class'::regclass, a.attrelid, a.attnum
    from jsonb_array_elements(cast(:roots as jsonb)) said
    join pg_attribute a on a.attrelid = to_regclass(said ->> 1) and a.attname = said ->> 2
    where said ->> 0 = 'column'
), reached (class, id, sub) as (
    select * from roots
    union
    select next.class, next.id, 0
    from reached r
    left join pg_class c on r.class = 'pg_class'::regclass and c.oid = r.id
    cross join lateral (
        select case when w.oid is not null then 'pg_class'::regclass
                    when g.oid is not null then 'pg_attrdef'::regclass else d.classid end as class,
               coalesce(w.ev_class, g.oid, d.objid) as id
        from pg_depend d
        left join pg_rewrite w on d.classid = 'pg_rewrite'::regclass and w.oid = d.objid
        -- What a column is computed by.
        left join pg_attrdef g on d.classid = 'pg_class'::regclass and d.objsubid > 0
            and g.adrelid = d.objid and g.adnum = d.objsubid and r.class = 'pg_proc'::regclass
        left join pg_class x on d.classid = 'pg_class'::regclass and x.oid = d.objid
        where d.refclassid = r.class and d.refobjid = r.id
          and (r.sub = 0 or d.refobjsubid = r.sub)
          and d.deptype in ('n', 'a')
          and case
              when d.classid in ('pg_rewrite'::regclass, 'pg_proc'::regclass) then true
              when d.classid in ('pg_policy'::regclass, 'pg_trigger'::regclass)
                  then r.class = 'pg_proc'::regclass or r.sub > 0 or c.relkind in ('v', 'm')
              when d.classid in ('pg_attrdef'::regclass, 'pg_constraint'::regclass)
                  then r.class = 'pg_proc'::regclass
              else r.class = 'pg_proc'::regclass and (x.relkind = 'i' or g.oid is not null)
          end
        union all
        select 'pg_type'::regclass, t.id
        from pg_type y cross join lateral (values (y.oid), (y.typarray)) t (id)
        where r.class = 'pg_class'::regclass and y.typrelid = r.id and r.sub = 0
    ) next
)
select distinct class::regclass::text as class, id
from reached
where class <> 'pg_type'::regclass
  and not exists (
      select from roots where roots.class = reached.class and roots.id = reached.id
  )
