-- Indexes that are the same but for their names.
, shape as (
    select relation.name, nspname, index.relname as index_name, conname,
           first_value(index.relname) over same as kept, row_number() over same as place
    from pg_index
    join relation on relation.oid = indrelid
    join pg_class as index on index.oid = indexrelid
    left join pg_constraint on conindid = indexrelid and contype in ('p', 'u', 'x')
    cross join lateral (
        select exists (select from pg_constraint where contype = 'f' and conindid = indexrelid)
    ) as keys (are_there)
    where indisvalid and not index.relispartition
    window same as (
        partition by indrelid, index.relam, indkey::text, indclass::text, indcollation::text,
                     indoption::text, indnkeyatts, pg_get_expr(indexprs, indrelid),
                     pg_get_expr(indpred, indrelid), indisunique, indnullsnotdistinct,
                     indisexclusion, index.reloptions
        -- The first stays: what a key or a constraint needs, then the oldest.
        order by are_there desc, indisreplident desc, indisprimary desc, conname is null, indexrelid
    )
)
select format('index %I.%I', nspname, index_name) as object, 'warn' as level,
       format('%I is the same, and every write keeps both', kept) as why,
       case when conname is null then format('drop index %I.%I', nspname, index_name)
            else format('alter table %s drop constraint %I', name, conname) end as remedy
from shape where place > 1
