-- A policy on files for whoever is not signed in.
select object,
       case when concat_ws(' ', used, checked) ~ '\mauth\.' then 'warn' else 'error' end as level,
       case when concat_ws(' ', used, checked) ~ '\mauth\.'
            then 'it is for everybody, also who is not signed in, and only its condition stops them'
            else 'whoever is not signed in may use the files that it names' end as why,
       format('alter policy %I on storage.objects to authenticated', polname) as remedy,
       roles
from file_policy
where 'anon' = any (roles)
