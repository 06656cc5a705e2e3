-- uuid-ossp without C. Versions 3, 4 and 5 are exact; 1 has a random node, not this machine's.

create function uuid_nil() returns uuid
    immutable strict parallel safe return '00000000-0000-0000-0000-000000000000'::uuid;
create function uuid_ns_dns() returns uuid
    immutable strict parallel safe return '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid;
create function uuid_ns_url() returns uuid
    immutable strict parallel safe return '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid;
create function uuid_ns_oid() returns uuid
    immutable strict parallel safe return '6ba7b812-9dad-11d1-80b4-00c04fd430c8'::uuid;
create function uuid_ns_x500() returns uuid
    immutable strict parallel safe return '6ba7b814-9dad-11d1-80b4-00c04fd430c8'::uuid;

-- Bodies in the form of `return` are bound to what they call: `alter extension ... set schema`
-- breaks none of them. What is written in plpgsql calls nothing but Postgres itself.

-- Sixteen bytes with the version and the variant of RFC 4122 written over them.
create function uuid_of_bytes(bytes bytea, version int) returns uuid
    immutable strict parallel safe
    return encode(
        set_byte(
            set_byte(bytes, 6, (get_byte(bytes, 6) & 15) | (version << 4)),
            8, (get_byte(bytes, 8) & 63) | 128
        ), 'hex'
    )::uuid;

-- SHA-1, which Postgres has no function for.
create function uuid_sha1(data bytea) returns bytea
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

-- Ticks of 100 ns since 15 October 1582: low, middle and high part, then clock and node.
create function uuid_generate_v1() returns uuid
    volatile strict parallel safe
    return (
        select uuid_of_bytes(
            substr(ticks, 5, 4) || substr(ticks, 3, 2) || substr(ticks, 1, 2)
                || substr(random, 1, 2)
                || set_byte(substr(random, 3, 6), 0, get_byte(random, 2) | 1),
            1
        )
        from (
            select
                int8send((extract(epoch from clock_timestamp()) * 10000000)::bigint
                    + 122192928000000000) as ticks,
                sha256(uuid_send(gen_random_uuid())) as random
        ) as drawn
    );
create function uuid_generate_v1mc() returns uuid
    volatile strict parallel safe return uuid_generate_v1();
create function uuid_generate_v3(namespace uuid, name text) returns uuid
    immutable strict parallel safe
    return uuid_of_bytes(
        decode(md5(uuid_send(namespace) || convert_to(name, 'UTF8')), 'hex'), 3
    );
create function uuid_generate_v4() returns uuid
    volatile strict parallel safe return gen_random_uuid();
create function uuid_generate_v5(namespace uuid, name text) returns uuid
    immutable strict parallel safe
    return uuid_of_bytes(
        substr(uuid_sha1(uuid_send(namespace) || convert_to(name, 'UTF8')), 1, 16), 5
    );
