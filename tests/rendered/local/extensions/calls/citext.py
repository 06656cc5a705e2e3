"""What citext is asked."""

PAIRS = (
    ("a", "A"),
    ("a", "B"),
    ("B", "a"),
    ("Ä", "ä"),
    ("", "a"),
    ("abc", "ABCD"),
    ("z", "Ä"),
    ("a_b", "A%"),
)
ORDER = ("=", "<>", "<", "<=", ">", ">=")
BYTES = ("~<~", "~<=~", "~>~", "~>=~")
PATTERNS = ("~~", "!~~", "~~*", "!~~*", "~", "!~", "~*", "!~*")

NAMES = "unnest('{b,A,C,a,B,c}'::citext[]) as x"

CALLS = [
    *(
        f"select '{a}'::citext {o} '{b}'::citext, '{a}'::citext {o} '{b}'::text,"
        f" '{a}'::text {o} '{b}'::citext, '{a}'::citext {o} '{b}'"
        for a, b in PAIRS
        for o in (*ORDER, *BYTES, *PATTERNS)
    ),
    *(
        f"select sign(citext_cmp('{a}', '{b}')), sign(citext_pattern_cmp('{a}', '{b}')),"
        f" citext_smaller('{a}', '{b}'), citext_larger('{a}', '{b}'),"
        f" citext_hash('{a}') = citext_hash('{b}'),"
        f" citext_hash_extended('{a}', 3) = citext_hash_extended('{b}', 3)"
        for a, b in PAIRS
    ),
    f"select min(x), max(x) from {NAMES}",
    f"select x from {NAMES} order by x, x::text",
    f"select lower(x), count(*) from {NAMES} group by x, lower(x) order by x",
    f"select count(distinct x) from {NAMES}",
    "select true::citext, 'x '::char(5)::citext, '10.0.0.1'::inet::citext, 'x'::citext::char(3)",
    "select 'Abc'::citext like 'aB%', 'Abc'::citext similar to 'a_c', 'Abc'::citext ~ '^a'",
    "select regexp_match('foObar'::citext, 'O+'), regexp_match('foObar'::citext, 'O+', 'c')",
    "select regexp_match('foObar', 'o+'::citext, '')",
    "select regexp_matches('foObOr'::citext, 'o'), regexp_matches('foObOr'::citext, 'o', 'g')",
    "select * from regexp_matches('foObOr'::citext, 'o'::citext, 'gc')",
    "select regexp_replace('Foo'::citext, 'f', 'x'), regexp_replace('FofF'::citext, 'f', 'x', 'g')",
    "select regexp_replace('FofF'::citext, 'f', 'x', 'gc')",
    "select regexp_split_to_array('aXbxc'::citext, 'x')",
    "select regexp_split_to_array('aXbxc'::citext, 'x', 'c')",
    "select * from regexp_split_to_table('aXbxc'::citext, 'x')",
    "select regexp_split_to_table('aXbxc'::citext, 'x', 'c')",
    "select strpos('abcABC'::citext, 'B'), strpos('abc'::citext, 'Z'), strpos('abc', 'C'::citext)",
    "select replace('abcABC'::citext, 'B', 'x'), replace('a.cA.C'::citext, '.c', 'x')",
    r"select replace('abc'::citext, '', 'x'), replace('a$b'::citext, '$', '\')",
    r"select replace('a'::citext, 'A', '\&')",
    "select split_part('aXbxc'::citext, 'x', 2), split_part('a.b'::citext, '.', 2)",
    "select split_part('a'::citext, 'x', 5), split_part('axb'::citext, 'X', -1)",
    "select translate('abCA'::citext, 'ac', '12'), translate('abC'::citext, 'AB', 'x')",
    "select lower('ABc'::citext), length('abc'::citext), 'a'::citext || 'b'",
    "select pg_typeof('a'::citext || 'b'), pg_typeof(coalesce('a'::citext, 'b'))",
    f"select pg_typeof(max(x)), pg_typeof(array_agg(x)) from {NAMES}",
    "select 'a'::citext in ('A', 'b'), 'a'::citext = any ('{A}'::text[])",
    "select 'a'::citext = any ('{A}')",
    "select 'a'::citext = 'A'::varchar, 'a'::citext = 'A'::char(3)",
    "select 'a'::citext between 'A' and 'B'",
    "select 'A' is distinct from 'a'::citext, nullif('A'::citext, 'a')",
]
