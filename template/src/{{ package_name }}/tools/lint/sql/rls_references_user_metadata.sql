-- A policy that believes what users may change of themselves.
select object, 'error' as level,
       'users set their own user_metadata to what they like; only the project sets app_metadata'
       as why,
       format(
           'alter policy %I on %s%s%s', polname, table_name,
           ' using (' || regexp_replace(replace(used, 'raw_user_meta_data', 'raw_app_meta_data'),
                                        '''(\{?)user_metadata', '''\1app_metadata', 'g') || ')',
           ' with check (' || regexp_replace(replace(checked, 'raw_user_meta_data', 'raw_app_meta_data'),
                                        '''(\{?)user_metadata', '''\1app_metadata', 'g') || ')'
       ) as remedy
from policy
cross join lateral (select concat_ws(' ', used, checked)) as whole (condition)
where (condition ~ '''\{?user_metadata[,}'']' and condition ~ '(auth\.jwt|current_setting)\(')
   or (condition ~ '\mraw_user_meta_data\M' and condition ~ '\mauth\.users\M')
