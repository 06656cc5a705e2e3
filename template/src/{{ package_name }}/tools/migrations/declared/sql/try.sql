-- Finds each thing that is declared, and makes it among what is temporary, one by one: what cannot
-- be made yet fails by itself. Types are looked up here, as the search path of a migration has them.
do $do$
declare
    thing record;
    statement text;
    temporary name;
    found oid;
    made oid;
    failure text;
    answers jsonb := '[]';
begin
    -- A body would be planned, with locks on what it writes to.
    perform set_config('check_function_bodies', 'off', true);
    -- Whoever may make nothing temporary is told so.
    create temporary view "declared" as select;
    for thing in
        select number, said
        from jsonb_array_elements(current_setting('declared.asked')::jsonb)
            with ordinality each (said, number)
    loop
        found := null;
        made := null;
        failure := null;
        temporary := 'declared ' || thing.number;
        begin
            found := case thing.said ->> 'catalogue'
                when 'pg_class' then (
                    select oid from pg_class
                    where oid = to_regclass(thing.said ->> 'name') and relkind in ('v', 'm')
                )
                when 'pg_proc' then to_regprocedure(thing.said ->> 'name')
                else (
                    select oid from pg_trigger
                    where tgrelid = to_regclass(thing.said ->> 'on') and not tgisinternal
                      and tgname = thing.said ->> 'name'
                )
            end;
        exception when others then null;
        end;
        begin
            for statement in select * from jsonb_array_elements_text(thing.said -> 'make') loop
                execute format(statement, temporary);
            end loop;
            made := case thing.said ->> 'catalogue'
                when 'pg_class' then to_regclass(format('pg_temp.%I', temporary))
                when 'pg_proc' then (
                    select oid from pg_proc
                    where proname = temporary and pronamespace = pg_my_temp_schema()
                )
                else (
                    select oid from pg_trigger
                    where tgrelid = to_regclass(format('pg_temp.%I', temporary))
                )
            end;
        exception when others then failure := sqlerrm;
        end;
        answers := answers || jsonb_build_array(jsonb_build_array(
            found::bigint, made::bigint, failure
        ));
    end loop;
    perform set_config('declared.answers', answers::text, true);
end
$do$
