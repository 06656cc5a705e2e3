-- Functions that may do what no rollback takes back, whatever they say of themselves; after `common.sql`.
, body (oid, name, text, says_so) as materialized (
    select pg_proc.oid, lower(proname),
           lower(prosrc || coalesce(pg_get_function_sqlbody(pg_proc.oid), '')),
           provolatile = 'v' or lanname not in ('sql', 'plpgsql', 'c', 'internal')
    from pg_proc join pg_language on pg_language.oid = prolang
    where pronamespace <> 'pg_catalog'::regnamespace
),
names (oid, name) as materialized (
    select distinct oid, regexp_split_to_table(text, '[^[:alnum:]_$]+') from body
    union
    -- A name that has to be quoted.
    select body.oid, called.name
    from body join body called on called.name ~ '[^[:alnum:]_$]' and strpos(body.text, called.name) > 0
),
unsafe (oid, name) as (
    select oid, name from body where says_so
    union
    select 0::oid, unnest(array['execute', 'dblink'])
    union
    -- Of Postgres itself: sequences, locks of a session, signals, what waits. Some only look.
    select 0::oid, proname from pg_proc
    where pronamespace = 'pg_catalog'::regnamespace and provolatile = 'v'
      and proname !~ '^(random|array_s|gen_random_uuid|clock_timestamp|timeofday|set_config|currval'
                     '|lastval|current_query|system|bernoulli|pg_stat_get|pg_current|.*_size$)'
    union
    select body.oid, body.name
    from unsafe join names on names.name = unsafe.name join body on body.oid = names.oid
)
