-- pgcrypto without C: digests, HMACs, random bytes, salts and the MD5 form of `crypt` are exact.
--
-- The ciphers, PGP and the other forms of `crypt` are refused when they are called: the real
-- project has them. Bodies in the form of `return` are bound to what they call, so that the
-- extension can be moved to another schema; what is written in plpgsql calls nothing but Postgres
-- itself.

-- SHA-1, which Postgres has no function for.
create function pgcrypto_sha1(data bytea) returns bytea
    language plpgsql immutable strict parallel safe
as $$
declare
    low constant bigint := 4294967295;
    message bytea := data || '\x80' || decode(repeat('00', (55 - length(data)) & 63), 'hex')
        || int8send(length(data)::bigint * 8);
    h bigint[] := array[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
    w bigint[];
    a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; x bigint;
begin
    for block in 0 .. length(message) / 64 - 1 loop
        for t in 1 .. 16 loop
            w[t] := ('x' || encode(substr(message, block * 64 + t * 4 - 3, 4), 'hex'))
                ::bit(32)::bigint;
        end loop;
        for t in 17 .. 80 loop
            x := w[t - 3] # w[t - 8] # w[t - 14] # w[t - 16];
            w[t] := ((x << 1) | (x >> 31)) & low;
        end loop;
        a := h[1]; b := h[2]; c := h[3]; d := h[4]; e := h[5];
        for t in 1 .. 80 loop
            f := case
                when t <= 20 then ((b & c) | (~b & low & d)) + 1518500249
                when t <= 40 then (b # c # d) + 1859775393
                when t <= 60 then ((b & c) | (b & d) | (c & d)) + 2400959708
                else (b # c # d) + 3395469782
            end;
            x := (((a << 5) | (a >> 27)) & low) + f + e + w[t];
            e := d; d := c; c := ((b << 30) | (b >> 2)) & low; b := a; a := x & low;
        end loop;
        h := array[h[1] + a, h[2] + b, h[3] + c, h[4] + d, h[5] + e];
        h := array[h[1] & low, h[2] & low, h[3] & low, h[4] & low, h[5] & low];
    end loop;
    return substr(int8send(h[1]), 5) || substr(int8send(h[2]), 5) || substr(int8send(h[3]), 5)
        || substr(int8send(h[4]), 5) || substr(int8send(h[5]), 5);
end
$$;

create function pgcrypto_no_hash(name text) returns bytea
    language plpgsql immutable strict parallel safe
as $$
begin
    raise exception 'Cannot use "%": No such hash algorithm', name using errcode = '22023';
end
$$;

create function digest(bytea, text) returns bytea
    immutable strict parallel safe
    return case lower($2)
        when 'md5' then decode(md5($1), 'hex')
        when 'sha1' then pgcrypto_sha1($1)
        when 'sha224' then sha224($1)
        when 'sha256' then sha256($1)
        when 'sha384' then sha384($1)
        when 'sha512' then sha512($1)
        else pgcrypto_no_hash($2)
    end;
create function digest(text, text) returns bytea
    immutable strict parallel safe return digest(convert_to($1, 'UTF8'), $2);

-- A key as long as a block, each byte of it combined with *mask*.
create function pgcrypto_pad(key bytea, size int, mask int) returns bytea
    language plpgsql immutable strict parallel safe
as $$
declare
    padded bytea := decode(repeat(lpad(to_hex(mask), 2, '0'), size), 'hex');
begin
    for i in 0 .. length(key) - 1 loop
        padded := set_byte(padded, i, get_byte(key, i) # mask);
    end loop;
    return padded;
end
$$;

create function hmac(bytea, bytea, text) returns bytea
    immutable strict parallel safe
    return (
        select digest(
            pgcrypto_pad(key, size, 92) || digest(pgcrypto_pad(key, size, 54) || $1, $3), $3
        )
        from (select case when lower($3) in ('sha384', 'sha512') then 128 else 64 end) as b (size),
            lateral (select case when length($2) > size then digest($2, $3) else $2 end) as k (key)
    );
create function hmac(text, text, text) returns bytea
    immutable strict parallel safe
    return hmac(convert_to($1, 'UTF8'), convert_to($2, 'UTF8'), $3);

create function gen_random_uuid() returns uuid
    volatile parallel safe return pg_catalog.gen_random_uuid();
create function gen_random_bytes(int) returns bytea
    language plpgsql volatile strict parallel safe
as $$
declare
    drawn bytea := '';
begin
    if $1 not between 1 and 1024 then
        raise exception 'Length not in range' using errcode = '39000';
    end if;
    while length(drawn) < $1 loop
        drawn := drawn || sha256(
            uuid_send(pg_catalog.gen_random_uuid()) || uuid_send(pg_catalog.gen_random_uuid())
        );
    end loop;
    return substr(drawn, 1, $1);
end
$$;

create function gen_salt(text, int) returns text
    language plpgsql volatile strict parallel safe
as $$
declare
    kind text := lower($1);
    letters text := './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    rounds int := $2;
    least int; most int; size int;
    prefix text := '';
    salt text := '';
    drawn bytea := sha256(uuid_send(pg_catalog.gen_random_uuid()));
begin
    case kind
        when 'des' then least := 25; most := 25; size := 2;
        when 'xdes' then least := 1; most := 16777215; size := 4;
        when 'md5' then least := 1000; most := 1000; size := 8;
        when 'bf' then least := 4; most := 31; size := 22;
        else raise exception 'gen_salt: Unknown salt algorithm' using errcode = '22023';
    end case;
    if rounds = 0 then
        rounds := case kind when 'des' then 25 when 'xdes' then 725 when 'md5' then 1000 else 6 end;
    end if;
    if rounds not between least and most or (kind = 'xdes' and rounds % 2 = 0) then
        raise exception 'gen_salt: Incorrect number of rounds' using errcode = '22023';
    end if;
    for i in 0 .. size - 1 loop
        salt := salt || substr(letters, (get_byte(drawn, i) & 63) + 1, 1);
    end loop;
    if kind = 'xdes' then
        for i in 0 .. 3 loop
            prefix := prefix || substr(letters, ((rounds >> (6 * i)) & 63) + 1, 1);
        end loop;
        return '_' || prefix || salt;
    end if;
    -- Its last letter carries two bits only.
    return case kind when 'md5' then '$1$' || salt
        when 'bf' then '$2a$' || lpad(rounds::text, 2, '0') || '$' || left(salt, 21)
            || substr('.Oeu', (get_byte(drawn, 30) & 3) + 1, 1)
        else salt end;
end
$$;
create function gen_salt(text) returns text
    volatile strict parallel safe return gen_salt($1, 0);

-- The MD5 form of FreeBSD; the others are too slow without C.
create function crypt(text, text) returns text
    language plpgsql immutable strict parallel safe
as $$
declare
    letters text := './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    password bytea := convert_to($1, 'UTF8');
    salt text := substring($2 from '^\$1\$([^$]{0,8})');
    salted bytea := convert_to(salt, 'UTF8');
    mixed bytea := decode(md5(password || salted || password), 'hex');
    message bytea := password || '\x243124' || salted;
    rest int := length(password);
    encoded text := '';
    number int;
begin
    if salt is null then
        raise exception 'the stand-in of pgcrypto has crypt() with gen_salt(''md5'') only, the real'
            ' project has all: docs/extensions.md' using errcode = '0A000';
    end if;
    while rest > 0 loop
        message := message || substr(mixed, 1, least(rest, 16));
        rest := rest - 16;
    end loop;
    rest := length(password);
    while rest > 0 loop
        message := message
            || case when rest & 1 = 1 then '\x00'::bytea else substr(password, 1, 1) end;
        rest := rest >> 1;
    end loop;
    mixed := decode(md5(message), 'hex');
    for i in 0 .. 999 loop
        mixed := decode(md5(
            case when i & 1 = 1 then password else mixed end
            || case when i % 3 > 0 then salted else '' end
            || case when i % 7 > 0 then password else '' end
            || case when i & 1 = 1 then mixed else password end
        ), 'hex');
    end loop;
    for i in 0 .. 4 loop
        number := (get_byte(mixed, i) << 16) | (get_byte(mixed, i + 6) << 8)
            | get_byte(mixed, case i when 4 then 5 else i + 12 end);
        for j in 0 .. 3 loop
            encoded := encoded || substr(letters, ((number >> (6 * j)) & 63) + 1, 1);
        end loop;
    end loop;
    number := get_byte(mixed, 11);
    return '$1$' || salt || '$' || encoded || substr(letters, (number & 63) + 1, 1)
        || substr(letters, (number >> 6) + 1, 1);
end
$$;

-- What is refused, with the signatures of the real ones: a view or a function may name them.
do $$
declare
    refused record;
begin
    for refused in values
        ('encrypt(bytea, bytea, text) returns bytea', 'immutable'),
        ('decrypt(bytea, bytea, text) returns bytea', 'immutable'),
        ('encrypt_iv(bytea, bytea, bytea, text) returns bytea', 'immutable'),
        ('decrypt_iv(bytea, bytea, bytea, text) returns bytea', 'immutable'),
        ('pgp_sym_encrypt(text, text) returns bytea', 'volatile'),
        ('pgp_sym_encrypt(text, text, text) returns bytea', 'volatile'),
        ('pgp_sym_encrypt_bytea(bytea, text) returns bytea', 'volatile'),
        ('pgp_sym_encrypt_bytea(bytea, text, text) returns bytea', 'volatile'),
        ('pgp_sym_decrypt(bytea, text) returns text', 'immutable'),
        ('pgp_sym_decrypt(bytea, text, text) returns text', 'immutable'),
        ('pgp_sym_decrypt_bytea(bytea, text) returns bytea', 'immutable'),
        ('pgp_sym_decrypt_bytea(bytea, text, text) returns bytea', 'immutable'),
        ('pgp_pub_encrypt(text, bytea) returns bytea', 'volatile'),
        ('pgp_pub_encrypt(text, bytea, text) returns bytea', 'volatile'),
        ('pgp_pub_encrypt_bytea(bytea, bytea) returns bytea', 'volatile'),
        ('pgp_pub_encrypt_bytea(bytea, bytea, text) returns bytea', 'volatile'),
        ('pgp_pub_decrypt(bytea, bytea) returns text', 'immutable'),
        ('pgp_pub_decrypt(bytea, bytea, text) returns text', 'immutable'),
        ('pgp_pub_decrypt(bytea, bytea, text, text) returns text', 'immutable'),
        ('pgp_pub_decrypt_bytea(bytea, bytea) returns bytea', 'immutable'),
        ('pgp_pub_decrypt_bytea(bytea, bytea, text) returns bytea', 'immutable'),
        ('pgp_pub_decrypt_bytea(bytea, bytea, text, text) returns bytea', 'immutable'),
        ('pgp_key_id(bytea) returns text', 'immutable'),
        ('armor(bytea) returns text', 'immutable'),
        ('armor(bytea, text[], text[]) returns text', 'immutable'),
        ('dearmor(text) returns bytea', 'immutable'),
        ('pgp_armor_headers(text, key out text, value out text) returns setof record', 'immutable')
    loop
        execute format(
            'create function %s language plpgsql %s strict parallel safe as %L',
            refused.column1, refused.column2,
            format(
                'begin raise exception %L using errcode = %L; end',
                format(
                    'the stand-in of pgcrypto has no %s(), the real project has: docs/extensions.md',
                    split_part(refused.column1, '(', 1)
                ),
                '0A000'
            )
        );
    end loop;
end
$$;
