create type money_pair as (amount numeric(10, 2), "currency code" char(3));
create table oddities (
    id smallint primary key,
    bytes bytea, host inet, net cidr, mac macaddr, mac8 macaddr8, cash money,
    bits bit(5), more_bits bit varying(9), any_bits bit varying, one_bit bit,
    words tsvector, query tsquery,
    point point, line line, segment lseg, box box, path path, polygon polygon, circle circle,
    fixed char(5), one_char char, internal "char", named name,
    single real, double_ float8, whole numeric, exact numeric(12, 4), negative_scale numeric(5, -2),
    object oid, class regclass, config regconfig, kind regtype, lsn pg_lsn, snapshot pg_snapshot, tid tid,
    pair money_pair, pairs money_pair[], json_path jsonpath, hosts inet[], points point[],
    unlimited varchar, limited varchar(7), flag boolean, big bigint, role regrole, flags bit(3)[]
);
insert into oddities values (1, '\x00ff10', '10.0.0.1/8', '10.1.0.0/16', '08:00:2b:01:02:03',
    '08:00:2b:01:02:03:04:05', 12.34, '10101', '1011', '1', '1', 'a fat cat', 'fat & rat',
    '(1,2.5)', '{1,2,3}', '[(0,0),(1,1)]', '(1,1),(0,0)', '((0,0),(1,1))', '((0,0),(1,1),(1,0))', '<(0,0),2>',
    'ab', 'x', 'y', 'pg_class', 1.5, 0.1, 123456789012345678901234567890.123, 1.2345, 12300,
    1259, 'pg_class', 'english', 'integer', '16/B374D848', '10:20:10,14,15', '(0,1)', '(1.50,EUR)',
    array['(1.50,EUR)', '(2,"U D")']::money_pair[], '$.a[*]', '{10.0.0.1,::1}', array['(1,2)'::point],
    'anything', 'seven', true, 9223372036854775807, 'postgres', '{101,010}');
insert into oddities (id) values (2), (3);
update oddities set host = '::1', exact = 'NaN', single = 'Infinity', bytes = '' where id = 3;
