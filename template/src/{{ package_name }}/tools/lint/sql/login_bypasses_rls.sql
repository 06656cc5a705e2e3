-- A login of the project's own that no policy binds.
select format('role %I', rolname) as object,
       case when rolname = current_setting('lint.login') then 'error' else 'warn' end as level,
       'no policy binds it' || case when rolsuper then ', since it is a superuser' else '' end
       || ': a transaction that forgets to become somebody sees every row' as why,
       format('alter role %I %s', rolname,
              case when rolsuper then 'nosuperuser nobypassrls' else 'nobypassrls' end) as remedy
from pg_roles
where rolcanlogin and (rolbypassrls or rolsuper)
  and rolname !~ '^(postgres|supabase_\w+|authenticator|dashboard_user|pgbouncer|cli_login_\w+)$'
  -- Who made the cluster.
  and oid <> 10
