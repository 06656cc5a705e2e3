-- Policies of row level security; role 0 is PUBLIC.
select p.polrelid as relation, p.polname as name,
       case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                     when 'd' then 'delete' else 'all' end as command,
       array(
           select case role when 0 then 'public' else pg_get_userbyid(role)::text end
           from unnest(p.polroles) role order by 1
       ) as roles,
       p.polpermissive as permissive,
       pg_get_expr(p.polqual, p.polrelid) as using,
       pg_get_expr(p.polwithcheck, p.polrelid) as check,
       d.description as comment
from pg_policy p
join pg_class c on c.oid = p.polrelid
left join pg_description d on d.objoid = p.oid and d.classoid = 'pg_policy'::regclass
where c.relnamespace = any(cast(:schemas as oid[]))
order by p.polrelid, p.polname
