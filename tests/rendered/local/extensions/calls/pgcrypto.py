"""What pgcrypto is asked."""

HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "SHA256", "nope")

# Around the ends of a block of 64 and of 128 bytes, where padding and long keys begin.
DATA = (
    "''",
    "'abc'",
    "'grüße'",
    *(f"repeat('x', {length})" for length in (55, 56, 63, 64, 111, 112, 119, 120)),
    "repeat('ü', 500)",
)
KEYS = ("''", *(f"repeat('k', {length})" for length in (1, 64, 65, 128, 129)))

PASSWORDS = ("''", "'a'", "'password'", "'grüße'", "repeat('p', 17)", "repeat('p', 40)")
SALTS = ("$1$abcdefgh", "$1$abcdefgh$", "$1$ab", "$1$", "$1$abcdefghijk$", "$1$abcdefgh$hash")

CALLS = [
    *(f"select digest({d}, '{h}'), digest({d}::bytea, '{h}')" for h in HASHES for d in DATA),
    *(
        f"select hmac('data', {k}, '{h}'), hmac('\\xde'::bytea, {k}, '{h}')"
        for h in HASHES
        for k in KEYS
    ),
    "select digest(null, 'md5'), hmac('data', null, 'md5')",
    "select digest('x', kind) from unnest('{md5,sha512}'::text[]) as kind",
    "select length(gen_random_bytes(n)) from generate_series(1, 1024, 31) as n",
    "select count(distinct gen_random_bytes(16)) from generate_series(1, 100)",
    "select gen_random_bytes(0)",
    "select gen_random_bytes(1025)",
    "select gen_random_uuid()::text ~ '^.{14}4.{4}[89ab]'",
    *(f"select crypt({p}, '{s}')" for p in PASSWORDS for s in SALTS),
    "select crypt('secret', s) = s, crypt('x', s) = s from crypt('secret', gen_salt('md5')) as s",
    *(f"select length(gen_salt('{kind}'))" for kind in ("des", "xdes", "md5", "bf", "BF", "nope")),
    "select gen_salt('bf') ~ '^[$]2a[$]06[$][./A-Za-z0-9]{22}$', left(gen_salt('bf', 10), 7)",
    "select left(gen_salt('xdes'), 5), left(gen_salt('xdes', 12345), 5)",
    "select left(gen_salt('md5', 0), 3)",
    *(f"select gen_salt('bf', {rounds})" for rounds in (-1, 3, 32)),
    "select gen_salt('xdes', 2)",
    "select gen_salt('md5', 5)",
]
