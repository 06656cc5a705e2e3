
-- What belongs to the extension belongs to its owner, who may thus move it to another schema.
do $$
declare
    member text;
begin
    for member in
        select format('%s %s', each.type, each.identity)
        from pg_catalog.pg_depend as d,
            lateral pg_catalog.pg_identify_object(d.classid, d.objid, d.objsubid) as each
        where d.deptype = 'e'
            and d.refclassid = 'pg_catalog.pg_extension'::regclass
            and d.refobjid = (select oid from pg_catalog.pg_extension where extname = '@extname@')
            and each.type in (
                'function', 'aggregate', 'type', 'operator', 'operator class', 'operator family', 'view'
            )
    loop
        execute format('alter %s owner to @extowner@', member);
    end loop;
end
$$;
