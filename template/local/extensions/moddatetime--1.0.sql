-- moddatetime without C, exact: `execute function moddatetime(column)` before an update of a row.

create function moddatetime() returns trigger language plpgsql as $$
declare
    type oid;
begin
    if tg_level <> 'ROW' then
        raise exception 'moddatetime: must be fired for row' using errcode = 'XX000';
    elsif tg_when <> 'BEFORE' then
        raise exception 'moddatetime: must be fired before event' using errcode = 'XX000';
    elsif tg_op <> 'UPDATE' then
        raise exception 'moddatetime: cannot process % events', tg_op using errcode = 'XX000';
    elsif tg_nargs <> 1 then
        raise exception 'moddatetime (%): A single argument was expected', tg_table_name
            using errcode = 'XX000';
    end if;
    select atttypid into type from pg_catalog.pg_attribute
        where attrelid = tg_relid and attname = tg_argv[0] and attnum > 0 and not attisdropped;
    if type is null then
        raise exception '"%" has no attribute "%"', tg_table_name, tg_argv[0]
            using errcode = '09000';
    elsif type not in ('timestamp'::regtype, 'timestamptz'::regtype) then
        raise exception 'attribute "%" of "%" must be type TIMESTAMP or TIMESTAMPTZ',
            tg_argv[0], tg_table_name using errcode = '09000';
    end if;
    -- In the session's time zone: a column without one keeps the local time.
    return jsonb_populate_record(new, jsonb_build_object(tg_argv[0], now()));
end
$$;
