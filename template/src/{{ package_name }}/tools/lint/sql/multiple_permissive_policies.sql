-- Several policies that each let the same role in: all of them are asked for every row.
, word (code, command) as (
    values ('r'::"char", 'select'), ('a', 'insert'), ('w', 'update'), ('d', 'delete')
),
applies as materialized (
    select policy.*, command, coalesce(used, 'true') as sees,
           coalesce(checked, used, 'true') as writes,
           -- Of whom it is asked: a role that bypasses policies has none.
           array(
               select role from unnest(polroles) role left join pg_roles on pg_roles.oid = role
               where role = 0 or not (rolbypassrls or rolsuper)
           ) as asked
    from policy join word on polcmd in (code, '*') where polpermissive
),
doubled as materialized (
    select distinct one.oid
    from applies one
    join applies other on other.polrelid = one.polrelid and other.command = one.command
                      and other.oid <> one.oid
    where one.asked && other.asked
       or (0 = any (one.asked || other.asked) and one.asked <> '{}' and other.asked <> '{}')
       -- By what it inherits.
       or exists (select from caller where has && one.asked and has && other.asked)
),
whole (polrelid, command, of_all) as (
    select polrelid, command, array_agg(distinct role order by role)
    from applies join doubled using (oid) cross join unnest(polroles) as role
    group by polrelid, command
),
-- A policy for some of them says so in its condition.
guarded as (
    select applies.polrelid, command, polname, of_all,
           case when of_all = array(select role from unnest(polroles) role order by role)
                  or 0 = any (polroles) then ''
                else '(select ' || (
                    select string_agg(format('pg_has_role(%L, ''usage'')', rolname), ' or ')
                    from pg_roles where oid = any (polroles)
                ) || ') and ' end as guard,
           sees, writes
    from applies join doubled using (oid) join whole using (polrelid, command)
),
joined (polrelid, place, quoted, statement) as (
    select polrelid, 2 || command, null,
           format(
               'create policy %I on %s for %s to %s%s%s', free, name, command,
               (select string_agg(
                    coalesce(quote_ident(rolname), 'public'), ', ' order by rolname
                ) from unnest(case when 0 = any (of_all) then '{0}'::oid[] else of_all end) as role
                left join pg_roles on pg_roles.oid = role),
               case when command <> 'insert' then ' using (' || string_agg(
                   format('(%s(%s))', guard, sees), ' or ' order by polname
               ) || ')' end,
               case when command in ('insert', 'update') then ' with check (' || string_agg(
                   format('(%s(%s))', guard, writes), ' or ' order by polname
               ) || ')' end
           )
    from guarded
    join relation on relation.oid = polrelid
    cross join lateral (
        -- One of that name may be there for others.
        select concat_ws(' ', 'joined', command, (
            select oid from policy
            where policy.polrelid = relation.oid and polname = 'joined ' || command
              and oid not in (select oid from doubled)
        ))
    ) as named (free)
    group by polrelid, command, name, of_all, free
    union all
    select polrelid, 1 || polname, quote_ident(polname), format('drop policy %I on %s', polname, table_name)
    from policy join doubled using (oid)
)
select object, 'warn' as level,
       'several policies let the same role do the same, and all are asked for every row: '
       || string_agg(quoted, ', ' order by quoted) as why,
       string_agg(statement, E';\n' order by place) as remedy
from joined join relation on relation.oid = polrelid
group by object, relation.oid
