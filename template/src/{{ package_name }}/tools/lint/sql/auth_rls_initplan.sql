-- A policy that asks who the caller is once a row, not once a query.
, clause (policy, word, condition) as (
    select oid, 'using', used from policy where used is not null
    union all
    select oid, 'with check', checked from policy where checked is not null
),
-- The SELECT before a call that is asked once: not one that compares it with a column of the row.
before_call (pattern) as (
    values (
        $re$SELECT\s+\(*(?:[\w.]+\(+)*(?!\S+(?: (?:true|false)\)\S*)?$re$
        || $re$(?: ->>? '[^']*'::text\S*)* (?:=|<>|IS (?:NOT )?DISTINCT FROM) $re$
        || $re$\(*(?:\w+|"(?:[^"]|"")*")\.(?:\w+\M(?!\()|"))$re$
    )
),
-- The condition in pieces: quoted text is one, and so is a call with the SELECT before it.
piece (policy, word, place, text) as (
    select policy, word, place, matched[1]
    from clause
    cross join before_call
    cross join lateral regexp_matches(
        condition,
        $re$("(?:[^"]|"")*"|'(?:[^']|'')*'|(?:$re$ || pattern || $re$)?$re$
        || $re$(?:auth\.\w+\(\)|current_setting\('[^']*'::text(?:, (?:true|false))?\))$re$
        || $re$|\w+|[^\w"'])$re$,
        'g'
    ) with ordinality as matches (matched, place)
    -- Most have nothing but wrapped calls, and need not be taken to pieces.
    where regexp_replace(condition, pattern || '(auth\.\w+|current_setting)\(', '', 'g')
        ~ '(auth\.\w+|current_setting)\('
),
wrapped (policy, word, condition, is_bare) as (
    select policy, word,
           string_agg(
               case when text ~ '^(auth\.|current_setting\()' then format('(select %s)', text)
                    else text end,
               '' order by place
           ),
           bool_or(text ~ '^(auth\.|current_setting\()')
    from piece group by policy, word
)
select object, 'warn' as level,
       'it asks who the caller is for every row that it looks at; in (select ...) once a query'
       as why,
       format(
           'alter policy %I on %s %s', polname, table_name,
           string_agg(format('%s (%s)', word, condition), ' ' order by word)
       ) as remedy
from wrapped join policy on policy.oid = wrapped.policy
where is_bare
group by object, polname, table_name
