create type floats as range (subtype = float8, subtype_diff = float8mi);
create table spans (
    id int primary key,
    i4 int4range, i8 int8range, n numrange, d daterange, ts tsrange, tz tstzrange,
    mi4 int4multirange, mn nummultirange, md datemultirange, mtz tstzmultirange,
    own floats, own_several floats_multirange,
    plain interval, precise interval(3), years interval year to month, days interval day,
    seconds interval second(2),
    clock time, clock_3 time(3), zoned timetz, zoned_2 timetz(2), moment timestamp(0),
    zoned_moment timestamptz(3),
    many int4range[]
);
insert into spans values (1, '[1,5)', 'empty', '(1.5,]', '[2026-01-01,2026-02-01)', '[2026-01-01,)',
    '(,2026-01-01Z]', '{[1,2),[5,9)}', '{}', '{[2026-01-01,2026-01-03)}', '{[2026-01-01Z,2026-01-03Z)}',
    '[1.5,2.5]', '{[1,2]}', '1 day 02:03:04.5', '1.234', '12 months', '3 days', '1.25', '10:11:12.123456', '10:11:12.123',
    '10:11:12.1+02', '10:11:12.12-03', '2026-01-01 10:00', '2026-01-01 10:00:00.123Z', '{"[1,3)","empty"}');
insert into spans (id) values (2);
