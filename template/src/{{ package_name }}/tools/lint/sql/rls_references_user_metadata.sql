-- A policy that believes what users may change of themselves.
-- As a key: by itself, in a path, in JSON or in a path of JSON.
, key (pattern) as (
    values ($re$('\{?|[{,]\s*"|\$\."?)user_metadata(?=[,}'".[\s])$re$)
),
clause (policy, word, condition, is_claim, mended) as (
    select policy, word, condition,
           condition ~ pattern and condition ~ '(auth\.jwt|current_setting)\(',
           replace(
               regexp_replace(condition, pattern, '\1app_metadata', 'g'),
               'raw_user_meta_data', 'raw_app_meta_data'
           )
    from key
    cross join (
        select oid, 'using', used from policy where used is not null
        union all
        select oid, 'with check', checked from policy where checked is not null
    ) as clauses (policy, word, condition)
)
select object, 'error' as level,
       'users set their own user_metadata to what they like; only the project sets app_metadata'
       as why,
       format(
           'alter policy %I on %s %s', polname, table_name,
           string_agg(format('%s (%s)', word, mended), ' ' order by word)
       ) as remedy
from clause join policy on policy.oid = clause.policy
group by object, polname, table_name
having bool_or(
    is_claim or (condition ~ '\mraw_user_meta_data\M' and condition ~ '\mauth\.users\M')
)
