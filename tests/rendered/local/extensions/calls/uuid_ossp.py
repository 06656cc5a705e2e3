"""What uuid-ossp is asked."""

NAMES = ("''", "'example.com'", "'grüße'", "repeat('x', 200)")

TIME = """
    select abs(extract(epoch from now()) - (ticks - 122192928000000000) / 10000000) < 60
    from uuid_generate_v1()::text as u,
        concat('x', substr(u, 16, 3), substr(u, 10, 4), left(u, 8)) as hex,
        lateral (select hex::bit(60)::bigint) as t (ticks)
"""

CALLS = [
    "select uuid_nil(), uuid_ns_dns(), uuid_ns_url(), uuid_ns_oid(), uuid_ns_x500()",
    *(f"select uuid_generate_v3(uuid_ns_dns(), {name})" for name in NAMES),
    *(f"select uuid_generate_v5(uuid_ns_url(), {name})" for name in NAMES),
    "select uuid_generate_v5(null, 'x'), uuid_generate_v3(uuid_nil(), null)",
    "select uuid_generate_v1()::text ~ '^.{14}1.{4}[89ab]'",
    "select uuid_generate_v1mc()::text ~ '^.{14}1.{4}[89ab].{4}.[13579bdf]'",
    "select uuid_generate_v4()::text ~ '^.{14}4.{4}[89ab]'",
    "select count(distinct uuid_generate_v1()) from generate_series(1, 100)",
    "select count(distinct uuid_generate_v4()) from generate_series(1, 100)",
    TIME,
]
