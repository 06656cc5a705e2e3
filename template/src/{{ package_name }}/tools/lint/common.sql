-- What the advisories share: the text of each goes on after this. `read.py` sets `lint.*`.
with recursive schema as materialized (
    select oid, nspname from pg_namespace
    where nspname in (select jsonb_array_elements_text(current_setting('lint.schemas')::jsonb))
),
-- By their names: `to_regclass` fails for a login that may not look into their schemas.
supabase (users, objects) as materialized (
    select max(pg_class.oid::int8) filter (where nspname = 'auth' and relname = 'users')::oid,
           max(pg_class.oid::int8) filter (where nspname = 'storage' and relname = 'objects')::oid
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
),
-- Whom a request without the secret key may become, and the roles whose privileges each has: its
-- own, those that it inherits, and 0 for everybody.
caller as materialized (
    select oid, rolname::text, has, holders
    from pg_roles
    cross join lateral (
        select array_agg(other.oid) || 0::oid, string_agg(
                   quote_ident(other.rolname), ', ' order by other.oid <> pg_roles.oid, other.rolname
               )
        from pg_roles other where pg_has_role(pg_roles.oid, other.oid, 'usage')
    ) as inherited (has, holders)
    where rolname in ('anon', 'authenticated')
),
-- In a list of roles: whom a privilege is taken from, so that no caller has it.
callers (named) as materialized (
    select string_agg(quote_ident(rolname), ', ' order by is_inherited, rolname) || ', public'
    from (
        select pg_roles.rolname, bool_and(pg_roles.oid <> caller.oid) as is_inherited
        from caller join pg_roles on pg_roles.oid = any (has) group by pg_roles.rolname
    ) as each
),
of_extension as materialized (
    select classid, objid from pg_depend where deptype = 'e'
),
relation as materialized (
    select r.oid, r.relname, r.nspname, r.relkind, r.relnamespace, r.relowner, r.reloptions,
           r.relrowsecurity, r.relispartition, r.object, r.name,
           -- Who reaches it at all.
           array(
               select rolname from caller
               where has_schema_privilege(caller.oid, r.relnamespace, 'usage')
                 and (has_table_privilege(caller.oid, r.oid, 'delete')
                      or has_any_column_privilege(caller.oid, r.oid, 'select, insert, update'))
               order by rolname
           ) as roles
    from (
        select c.*, nspname, format('%I.%I', nspname, relname) as name,
               format(
                   '%s %I.%I',
                   case relkind when 'v' then 'view' when 'm' then 'materialized view'
                                when 'f' then 'foreign table' else 'table' end,
                   nspname, relname
               ) as object
        from pg_class c join schema on schema.oid = relnamespace
        where relkind in ('r', 'p', 'v', 'm', 'f')
          and not exists (
              select from of_extension
              where classid = 'pg_class'::regclass and objid = c.oid
          )
    ) r
),
policy as (
    select p.oid, polname, polrelid, polcmd, polpermissive, polroles, polqual, polwithcheck,
           relation.name as table_name, relation.relrowsecurity,
           format('policy %I on %s', polname, relation.name) as object,
           pg_get_expr(polqual, polrelid) as used,
           pg_get_expr(polwithcheck, polrelid) as checked
    from pg_policy p join relation on relation.oid = polrelid
),
-- The policies on files, where the project has them.
file_policy as (
    select p.oid, polname, polcmd, polroles,
           format('policy %I on storage.objects', polname) as object,
           format('drop policy %I on storage.objects', polname) as dropped,
           pg_get_expr(polqual, polrelid) as used,
           pg_get_expr(polwithcheck, polrelid) as checked,
           array(select rolname from caller where has && polroles order by rolname) as roles
    from pg_policy p
    where polrelid = (select objects from supabase) and polpermissive
),
-- What can be called by its name.
routine as (
    select p.oid, p.prosecdef, p.proconfig, p.nspname, p.lanname, p.is_bound, p.is_trigger,
           p.name, p.object,
           array(
               select rolname from caller
               where has_schema_privilege(caller.oid, p.pronamespace, 'usage')
                 and has_function_privilege(caller.oid, p.oid, 'execute')
               order by rolname
           ) as roles
    from (
        select f.*, nspname, lanname, prosqlbody is not null as is_bound,
               prorettype in ('trigger'::regtype, 'event_trigger'::regtype) as is_trigger,
               format('%I.%I(%s)', nspname, proname, oidvectortypes(proargtypes)) as name,
               format(
                   '%s %I.%I(%s)', case prokind when 'p' then 'procedure' else 'function' end,
                   nspname, proname, oidvectortypes(proargtypes)
               ) as object
        from pg_proc f
        join schema on schema.oid = pronamespace
        join pg_language on pg_language.oid = prolang
        where prokind <> 'a'
          and not exists (
              select from of_extension
              where classid = 'pg_proc'::regclass and objid = f.oid
          )
    ) p
),
-- Which functions the condition of a policy calls.
policy_call (policy, routine, roles) as (
    select p.oid, refobjid, polroles
    from pg_depend join pg_policy p on p.oid = objid
    where classid = 'pg_policy'::regclass and refclassid = 'pg_proc'::regclass
),
-- What else is asked as whoever reads a view, or writes a row with its defaults and its checks.
relation_call (routine, roles) as (
    select refobjid, relation.roles
    from pg_depend
    join (
        select 'pg_rewrite'::regclass::oid, oid, ev_class from pg_rewrite
        union all select 'pg_attrdef'::regclass, oid, adrelid from pg_attrdef
        union all select 'pg_constraint'::regclass, oid, conrelid from pg_constraint
    ) as part (class, oid, of_relation) on part.class = classid and part.oid = objid
    join relation on relation.oid = of_relation and relkind <> 'm'
    where refclassid = 'pg_proc'::regclass
),
-- A function that acts as its owner, for each role that may call it, and what takes that away.
definer_call (object, role, remedy) as (
    select object, caller.rolname,
           case when is_needed then
               format(
                   'create schema if not exists private; grant usage on schema private to %s;'
                   ' alter routine %s set schema private', array_to_string(roles, ', '), name
               )
           else
               format('revoke execute on routine %s from public, %s', name, caller.holders) || kept
           end
    from routine
    join caller on caller.rolname = any (roles)
    cross join lateral (
        select exists (
            select from policy_call
            where policy_call.routine = routine.oid and has && policy_call.roles
            union all
            select from relation_call
            where relation_call.routine = routine.oid
              and caller.rolname = any (relation_call.roles)
        ) as is_needed
    ) as needed
    cross join lateral (
        -- What they had as everybody has it.
        select coalesce(format('; grant execute on routine %s to ', name)
                        || string_agg(quote_ident(rolname), ', ' order by rolname), '') as kept
        from pg_roles
        where rolname in ('authenticated', 'service_role') and rolname <> caller.rolname
          and has_function_privilege(pg_roles.oid, routine.oid, 'execute')
    ) as others
    where prosecdef and not is_trigger
      -- A policy, a view or a table needs it, where the Data API does not serve it.
      and not (is_needed and nspname <> 'public')
)
