-- Everything that a role of the API reaches, with what is needed to try it; after `unsafe.sql`.
, types (relation, type) as (
    select attrelid, atttypid from pg_attribute join relation on relation.oid = attrelid
    where attnum > 0 and not attisdropped
    union
    -- What a domain is of, what a list is of, and what is in a row.
    select types.relation, part
    from types join pg_type on pg_type.oid = type
    cross join unnest(
        array[typbasetype, typelem]
        || array(select atttypid from pg_attribute where typrelid <> 0 and attrelid = typrelid and attnum > 0)
    ) part
    where part <> 0
),
depends (dependant, class, object) as materialized (
    -- What a view reads, and the functions that it calls.
    select ev_class, refclassid, refobjid
    from pg_rewrite
    join pg_depend on classid = 'pg_rewrite'::regclass and objid = pg_rewrite.oid
    where refobjid <> ev_class
    union
    -- What the policies of a table call, and what its defaults and checks do.
    select polrelid, refclassid, refobjid
    from pg_policy join pg_depend on classid = 'pg_policy'::regclass and objid = pg_policy.oid
    where refobjid <> polrelid
    union
    select adrelid, refclassid, refobjid
    from pg_attrdef join pg_depend on classid = 'pg_attrdef'::regclass and objid = pg_attrdef.oid
    where refclassid = 'pg_proc'::regclass
    union
    select conrelid, refclassid, refobjid
    from pg_constraint
    join pg_depend on classid = 'pg_constraint'::regclass and objid = pg_constraint.oid
    where refclassid = 'pg_proc'::regclass and conrelid <> 0
    union
    select relation, refclassid, refobjid
    from types
    left join pg_constraint on contypid = type
    join pg_depend
        on (classid, objid) in (
            ('pg_type'::regclass, type), ('pg_constraint'::regclass, pg_constraint.oid)
        )
    where refclassid = 'pg_proc'::regclass
),
leads (relation, class, object) as (
    select oid, 'pg_class'::regclass::oid, oid from relation where cardinality(roles) > 0
    union
    select leads.relation, depends.class, depends.object
    from leads join depends on depends.dependant = leads.object
    where leads.class = 'pg_class'::regclass
),
-- What is written when a view is.
base (relation, written) as (
    select oid, oid from relation where cardinality(roles) > 0
    union
    select base.relation, depends.object
    from base join depends on depends.dependant = written and class = 'pg_class'::regclass
    join pg_class view on view.oid = written and view.relkind = 'v'
    join pg_class below on below.oid = depends.object and below.relkind in ('r', 'p', 'v')
),
-- A row that goes takes others with it, and one of a partition is in there.
goes (relation, taken) as (
    select relation, written from base
    union
    select goes.relation, below
    from goes
    join (
        select confrelid, conrelid from pg_constraint
        where contype = 'f' and (confdeltype <> 'a' or confupdtype <> 'a')
        union all
        select inhparent, inhrelid from pg_inherits
    ) as step (above, below) on above = taken
),
-- What may do more than a transaction takes back.
risk (relation, why) as (
    select relation,
           min(case when relkind = 'f' then format('%s is on another server', object::regclass)
                    when relkind = 'S' then format('the sequence %s would advance', object::regclass)
               end)
    from leads join pg_class on pg_class.oid = object and class = 'pg_class'::regclass
    where relkind in ('f', 'S')
    group by relation
    union all
    select relation,
           min(format(
               case provolatile when 'v' then '%s is volatile' else '%s may do more than read' end,
               object::regprocedure
           ))
    from leads join pg_proc on pg_proc.oid = object and class = 'pg_proc'::regclass
    where exists (select from unsafe where unsafe.oid = object)
    group by relation
    union all
    -- By it a row below takes a default, which may be the number of a sequence.
    select relation, min(format('%s sets defaults below', confrelid::regclass))
    from goes join pg_constraint on confrelid = taken
    where 'd' in (confdeltype, confupdtype)
    group by relation
),
triggers (relation, tables, is_owner) as (
    select relation, array_agg(distinct tgrelid::regclass::text),
           bool_and(pg_has_role(relowner, 'usage') and relkind <> 'v')
    from goes
    join pg_trigger on tgrelid = taken and not tgisinternal and tgenabled <> 'D'
    join pg_class on pg_class.oid = tgrelid
    group by relation
),
columns (relation, columns) as (
    select relation.oid, jsonb_agg(jsonb_build_object(
               'name', quote_ident(attname),
               'type', format_type(atttypid, atttypmod),
               'is_owner', atttypid = 'uuid'::regtype and (
                   attname ~ '^(owner|user|author|created_by)(_id)?$'
                   or exists (
                       select from pg_constraint
                       where conrelid = relation.oid and contype = 'f' and conkey = array[attnum]
                         and confrelid = (select users from supabase)
                   )
               ),
               'is_key', exists (
                   select from pg_index where indrelid = relation.oid and indisunique
                                          and attnum = any (indkey)
               ),
               'insert', array(select rolname from caller
                               where has_column_privilege(caller.oid, relation.oid, attnum, 'insert')),
               'update', array(select rolname from caller
                               where has_column_privilege(caller.oid, relation.oid, attnum, 'update'))
           ) order by attnum)
    from relation
    join pg_attribute on attrelid = relation.oid and attnum > 0 and not attisdropped and attgenerated = ''
    where cardinality(roles) > 0
    group by relation.oid
)
select relation.object, relation.name, roles, relkind::text as kind,
       (select string_agg(why, ', ') from risk where relation = oid) as risk,
       coalesce(triggers.tables, '{}') as triggers,
       coalesce(is_owner, true) as may_switch_triggers, coalesce(columns, '[]') as columns,
       array(select rolname from caller
             where has_any_column_privilege(caller.oid, relation.oid, 'select')) as may_read,
       array(select rolname from caller
             where has_table_privilege(caller.oid, relation.oid, 'delete')) as may_delete,
       relkind in ('r', 'p')
       or pg_relation_is_updatable(oid::regclass, false) & 28 = 28 as can_be_written
from relation
left join triggers on triggers.relation = oid
left join columns on columns.relation = oid
where cardinality(roles) > 0
order by relation.object
