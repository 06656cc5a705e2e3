-- pg_trgm without C: its functions and operators are exact, and there are no operator classes.
--
-- An index on trigrams has to be guarded: docs/extensions.md. What is written in plpgsql calls
-- nothing but Postgres itself, and bodies in the form of `return` are bound to what they call, so
-- that the extension can be moved to another schema.

-- Each word with two blanks before it and one behind, cut into three letters at each place. *place*
-- says where: 1 at the beginning of a word, 2 at its end, 3 at both.
create function pg_trgm_cut(string text, out trigram text, out place int) returns setof record
    language plpgsql immutable strict parallel safe
as $$
declare
    word text;
begin
    for word in
        select '  ' || lower(w[1]) || ' ' from regexp_matches(string, '[[:alnum:]]+', 'g') as m (w)
    loop
        for i in 1 .. length(word) - 2 loop
            trigram := substr(word, i, 3);
            place := (i = 1)::int + 2 * (i = length(word) - 2)::int;
            return next;
        end loop;
    end loop;
end
$$;

-- The three bytes that are kept of it: of what is not ASCII, of a CRC-32 as Postgres once had it.
create function pg_trgm_bytes(trigram text) returns bytea
    language plpgsql immutable strict parallel safe
as $$
declare
    bytes bytea := convert_to(trigram, 'UTF8');
    crc bigint := 4294967295;
    x bigint;
begin
    if length(bytes) = 3 then
        return bytes;
    end if;
    for i in 0 .. length(bytes) - 1 loop
        x := (crc >> 24) # get_byte(bytes, i);
        for bit in 1 .. 8 loop
            x := (x >> 1) # (3988292384 * (x & 1));
        end loop;
        crc := x # ((crc << 8) & 4294967295);
    end loop;
    bytes := int8send(crc # 4294967295);
    return substr(bytes, 8, 1) || substr(bytes, 7, 1) || substr(bytes, 6, 1);
end
$$;

create function show_trgm(text) returns text[]
    immutable strict parallel safe
    return (
        select coalesce(
            array_agg(
                case when octet_length(trigram) = 3 then trigram
                    else '0x' || encode(bytes, 'hex') end
                -- A byte has a sign there.
                order by get_byte(bytes, 0) # 128, get_byte(bytes, 1) # 128,
                    get_byte(bytes, 2) # 128
            ),
            '{}'
        )
        from (select distinct trigram, pg_trgm_bytes(trigram) as bytes from pg_trgm_cut($1)) as cut
    );

create function similarity(text, text) returns real
    immutable strict parallel safe
    return (
        select coalesce((shared::real / nullif(everything, 0)), 0)::real
        from (
            select count(*) filter (where sides = 3) as shared, count(*) as everything
            from (
                select trigram, bit_or(side) as sides
                from (
                    select trigram, 1 as side from pg_trgm_cut($1)
                    union all
                    select trigram, 2 from pg_trgm_cut($2)
                ) as both_texts
                group by trigram
            ) as of_each
        ) as counted
    );

-- The best likeness of *asked*, trigrams without their places, to a stretch of *given*, which has
-- them in order. The stretch grows at its end, and its beginning moves on where that is better; it
-- never moves back. With *whole*, it begins and ends where words do.
create function pg_trgm_stretch(asked text[], given text[], places int[], whole boolean)
    returns real language plpgsql immutable strict parallel safe
as $$
declare
    wanted boolean[] := array(
        select t = any(asked) from unnest(given) with ordinality as g (t, n) order by n
    );
    numbers int[] := array(
        select array_position(given, t) from unnest(given) with ordinality as g (t, n) order by n
    );
    seen_at int[] := array_fill(0, array[greatest(cardinality(given), 1)]);
    total int := cardinality(asked);
    first int := case when whole then 1 else 0 end;
    before int;
    size int := 0; found int := 0;
    size_from int; found_from int;
    now_best real; best real := 0; tried real;
begin
    for i in 1 .. cardinality(given) loop
        if first > 0 or wanted[i] then
            if seen_at[numbers[i]] = 0 then
                size := size + 1;
                found := found + wanted[i]::int;
            end if;
            seen_at[numbers[i]] := i;
        end if;
        continue when not case when whole then places[i] & 2 = 2 else wanted[i] end;
        if first = 0 then
            first := i;
            size := 1;
        end if;
        now_best := found::real / (total + size - found)::real;
        size_from := size; found_from := found; before := first;
        for j in first .. i loop
            if not whole or places[j] & 1 = 1 then
                tried := found_from::real / (total + size_from - found_from)::real;
                if tried > now_best then
                    now_best := tried; first := j; size := size_from; found := found_from;
                end if;
            end if;
            if seen_at[numbers[j]] = j then
                size_from := size_from - 1;
                found_from := found_from - wanted[j]::int;
            end if;
        end loop;
        best := greatest(best, now_best);
        for j in before .. first - 1 loop
            if seen_at[numbers[j]] = j then
                seen_at[numbers[j]] := 0;
            end if;
        end loop;
    end loop;
    return best;
end
$$;
create function pg_trgm_within(text, text, whole boolean) returns real
    immutable strict parallel safe
    return coalesce(
        (
            select pg_trgm_stretch(
                (select array_agg(distinct trigram) from pg_trgm_cut($1)),
                array_agg(trigram order by n), array_agg(place order by n), whole
            )
            from pg_trgm_cut($2) with ordinality as cut (trigram, place, n)
        ),
        0
    );
create function word_similarity(text, text) returns real
    immutable strict parallel safe return pg_trgm_within($1, $2, false);
create function strict_word_similarity(text, text) returns real
    immutable strict parallel safe return pg_trgm_within($1, $2, true);

-- The three thresholds are settings, with the names of the real ones.
create function pg_trgm_threshold(name text, unset real) returns real
    stable strict parallel safe
    return coalesce(nullif(current_setting('pg_trgm.' || name, true), '')::real, unset);
create function show_limit() returns real
    stable strict parallel safe return pg_trgm_threshold('similarity_threshold', 0.3);
create function set_limit(real) returns real
    language plpgsql volatile strict
as $$
begin
    if $1 not between 0 and 1 then
        raise exception '% is outside the valid range for parameter "%" (0 .. 1)',
            $1, 'pg_trgm.similarity_threshold' using errcode = '22023';
    end if;
    return set_config('pg_trgm.similarity_threshold', $1::text, false)::real;
end
$$;

create function similarity_op(text, text) returns boolean
    stable strict parallel safe return similarity($1, $2) >= show_limit();
create function word_similarity_op(text, text) returns boolean
    stable strict parallel safe
    return word_similarity($1, $2) >= pg_trgm_threshold('word_similarity_threshold', 0.6);
create function word_similarity_commutator_op(text, text) returns boolean
    stable strict parallel safe return word_similarity_op($2, $1);
create function strict_word_similarity_op(text, text) returns boolean
    stable strict parallel safe
    return strict_word_similarity($1, $2)
        >= pg_trgm_threshold('strict_word_similarity_threshold', 0.5);
create function strict_word_similarity_commutator_op(text, text) returns boolean
    stable strict parallel safe return strict_word_similarity_op($2, $1);
create function similarity_dist(text, text) returns real
    immutable strict parallel safe return 1 - similarity($1, $2);
create function word_similarity_dist_op(text, text) returns real
    immutable strict parallel safe return 1 - word_similarity($1, $2);
create function word_similarity_dist_commutator_op(text, text) returns real
    immutable strict parallel safe return 1 - word_similarity($2, $1);
create function strict_word_similarity_dist_op(text, text) returns real
    immutable strict parallel safe return 1 - strict_word_similarity($1, $2);
create function strict_word_similarity_dist_commutator_op(text, text) returns real
    immutable strict parallel safe return 1 - strict_word_similarity($2, $1);

create operator % (
    leftarg = text, rightarg = text, function = similarity_op, commutator = %,
    restrict = matchingsel, join = matchingjoinsel
);
create operator <% (
    leftarg = text, rightarg = text, function = word_similarity_op, commutator = %>,
    restrict = matchingsel, join = matchingjoinsel
);
create operator %> (
    leftarg = text, rightarg = text, function = word_similarity_commutator_op, commutator = <%,
    restrict = matchingsel, join = matchingjoinsel
);
create operator <<% (
    leftarg = text, rightarg = text, function = strict_word_similarity_op, commutator = %>>,
    restrict = matchingsel, join = matchingjoinsel
);
create operator %>> (
    leftarg = text, rightarg = text, function = strict_word_similarity_commutator_op,
    commutator = <<%, restrict = matchingsel, join = matchingjoinsel
);
create operator <-> (
    leftarg = text, rightarg = text, function = similarity_dist, commutator = <->
);
create operator <<-> (
    leftarg = text, rightarg = text, function = word_similarity_dist_op, commutator = <->>
);
create operator <->> (
    leftarg = text, rightarg = text, function = word_similarity_dist_commutator_op,
    commutator = <<->
);
create operator <<<-> (
    leftarg = text, rightarg = text, function = strict_word_similarity_dist_op,
    commutator = <->>>
);
create operator <->>> (
    leftarg = text, rightarg = text, function = strict_word_similarity_dist_commutator_op,
    commutator = <<<->
);
