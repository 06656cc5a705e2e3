-- What belongs to an extension: kind of object, number, extension.
select m.classid::regclass::text as catalogue, m.objid as oid, x.extname as extension
from pg_depend m
join pg_extension x on x.oid = m.refobjid
where m.deptype = 'e' and m.refclassid = 'pg_extension'::regclass
  and m.classid in ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass)
