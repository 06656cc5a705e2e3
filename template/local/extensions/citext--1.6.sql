-- citext without C: text that is compared in lower case, with its operators, casts and functions.
--
-- What compares is written in plpgsql: Postgres puts the body of an SQL function in the place of
-- its operator, and then finds no index for it.

create type citext;
create function citextin(cstring) returns citext
    language internal immutable strict parallel safe as 'textin';
create function citextout(citext) returns cstring
    language internal immutable strict parallel safe as 'textout';
create function citextrecv(internal) returns citext
    language internal stable strict parallel safe as 'textrecv';
create function citextsend(citext) returns bytea
    language internal stable strict parallel safe as 'textsend';
create type citext (
    input = citextin, output = citextout, receive = citextrecv, send = citextsend,
    internallength = variable, storage = extended, category = 'S', collatable = true
);

create function citext(bpchar) returns citext
    language internal immutable strict parallel safe as 'rtrim1';
create function citext(boolean) returns citext
    language internal immutable strict parallel safe as 'booltext';
create function citext(inet) returns citext
    language internal immutable strict parallel safe as 'network_show';
create cast (citext as text) without function as implicit;
create cast (citext as varchar) without function as implicit;
create cast (citext as bpchar) without function as assignment;
create cast (text as citext) without function as assignment;
create cast (varchar as citext) without function as assignment;
create cast (bpchar as citext) with function citext(bpchar) as assignment;
create cast (boolean as citext) with function citext(boolean) as assignment;
create cast (inet as citext) with function citext(inet) as assignment;

-- Two sets of operators: in the order of the collation, and byte by byte, for patterns.
do $$
declare
    o record;
begin
    for o in values
        ('citext_eq', '=', '='), ('citext_ne', '<>', '<>'),
        ('citext_lt', '<', '<'), ('citext_le', '<=', '<='),
        ('citext_ge', '>=', '>='), ('citext_gt', '>', '>'),
        ('citext_pattern_lt', '~<~', '~<~'), ('citext_pattern_le', '~<=~', '~<=~'),
        ('citext_pattern_ge', '~>=~', '~>=~'), ('citext_pattern_gt', '~>~', '~>~')
    loop
        execute format(
            'create function %s(citext, citext) returns boolean'
            ' language plpgsql immutable strict parallel safe'
            ' as ''begin return lower($1::text) operator(pg_catalog.%s) lower($2::text); end''',
            o.column1, o.column3
        );
    end loop;
end
$$;
create function citext_cmp(citext, citext) returns int
    language plpgsql immutable strict parallel safe
    as 'begin return pg_catalog.bttextcmp(lower($1::text), lower($2::text)); end';
create function citext_pattern_cmp(citext, citext) returns int
    language plpgsql immutable strict parallel safe
    as 'begin return pg_catalog.bttext_pattern_cmp(lower($1::text), lower($2::text)); end';
create function citext_hash(citext) returns int
    language plpgsql immutable strict parallel safe
    as 'begin return pg_catalog.hashtext(lower($1::text)); end';
create function citext_hash_extended(citext, bigint) returns bigint
    language plpgsql immutable strict parallel safe
    as 'begin return pg_catalog.hashtextextended(lower($1::text), $2); end';

create operator = (
    leftarg = citext, rightarg = citext, function = citext_eq, commutator = =, negator = <>,
    restrict = eqsel, join = eqjoinsel, hashes, merges
);
create operator <> (
    leftarg = citext, rightarg = citext, function = citext_ne, commutator = <>, negator = =,
    restrict = neqsel, join = neqjoinsel
);
create operator < (
    leftarg = citext, rightarg = citext, function = citext_lt, commutator = >, negator = >=,
    restrict = scalarltsel, join = scalarltjoinsel
);
create operator <= (
    leftarg = citext, rightarg = citext, function = citext_le, commutator = >=, negator = >,
    restrict = scalarlesel, join = scalarlejoinsel
);
create operator >= (
    leftarg = citext, rightarg = citext, function = citext_ge, commutator = <=, negator = <,
    restrict = scalargesel, join = scalargejoinsel
);
create operator > (
    leftarg = citext, rightarg = citext, function = citext_gt, commutator = <, negator = <=,
    restrict = scalargtsel, join = scalargtjoinsel
);
create operator ~<~ (
    leftarg = citext, rightarg = citext, function = citext_pattern_lt, commutator = ~>~,
    negator = ~>=~, restrict = scalarltsel, join = scalarltjoinsel
);
create operator ~<=~ (
    leftarg = citext, rightarg = citext, function = citext_pattern_le, commutator = ~>=~,
    negator = ~>~, restrict = scalarltsel, join = scalarltjoinsel
);
create operator ~>=~ (
    leftarg = citext, rightarg = citext, function = citext_pattern_ge, commutator = ~<=~,
    negator = ~<~, restrict = scalargtsel, join = scalargtjoinsel
);
create operator ~>~ (
    leftarg = citext, rightarg = citext, function = citext_pattern_gt, commutator = ~<~,
    negator = ~<=~, restrict = scalargtsel, join = scalargtjoinsel
);

create operator class citext_ops default for type citext using btree as
    operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >,
    function 1 citext_cmp(citext, citext);
create operator class citext_ops default for type citext using hash as
    operator 1 =, function 1 citext_hash(citext), function 2 citext_hash_extended(citext, bigint);
create operator class citext_pattern_ops for type citext using btree as
    operator 1 ~<~, operator 2 ~<=~, operator 3 =, operator 4 ~>=~, operator 5 ~>~,
    function 1 citext_pattern_cmp(citext, citext);

create function citext_smaller(citext, citext) returns citext
    language plpgsql immutable strict parallel safe
    as 'begin return case when lower($1::text) < lower($2::text) then $1 else $2 end; end';
create function citext_larger(citext, citext) returns citext
    language plpgsql immutable strict parallel safe
    as 'begin return case when lower($1::text) > lower($2::text) then $1 else $2 end; end';
create aggregate min(citext) (
    sfunc = citext_smaller, stype = citext, sortop = <, parallel = safe,
    combinefunc = citext_smaller
);
create aggregate max(citext) (
    sfunc = citext_larger, stype = citext, sortop = >, parallel = safe,
    combinefunc = citext_larger
);

-- Patterns never ask for the case, with or without the star; on the right stands citext or text.
do $$
declare
    o record;
    rightside text;
begin
    foreach rightside in array array['citext', 'text'] loop
        for o in values
            ('texticregexeq', 'icregexeqsel', '~', '!~'),
            ('texticregexne', 'icregexnesel', '!~', '~'),
            ('texticlike', 'iclikesel', '~~', '!~~'),
            ('texticnlike', 'icnlikesel', '!~~', '~~')
        loop
            execute format(
                'create function %1$s(citext, %2$s) returns boolean'
                ' language internal immutable strict parallel safe as ''%1$s''',
                o.column1, rightside
            );
            for star in 0 .. 1 loop
                execute format(
                    'create operator %1$s (leftarg = citext, rightarg = %2$s, function = %3$s,'
                    ' negator = %4$s, restrict = %5$s, join = %6$s)',
                    o.column3 || repeat('*', star), rightside, o.column1,
                    o.column4 || repeat('*', star), o.column2, replace(o.column2, 'sel', 'joinsel')
                );
            end loop;
        end loop;
    end loop;
end
$$;

-- A flag `c` of the caller's asks for the case all the same, where there are flags.
create function regexp_match(citext, citext) returns text[]
    immutable strict parallel safe return regexp_match($1::text, $2::text, 'i');
create function regexp_match(citext, citext, text) returns text[]
    immutable strict parallel safe
    return regexp_match(
        $1::text, $2::text, case when strpos($3, 'c') = 0 then $3 || 'i' else $3 end
    );
create function regexp_matches(citext, citext) returns setof text[]
    language sql immutable strict parallel safe rows 1
    begin atomic; select regexp_matches($1::text, $2::text, 'i'); end;
create function regexp_matches(citext, citext, text) returns setof text[]
    language sql immutable strict parallel safe rows 10
    begin atomic; select regexp_matches(
        $1::text, $2::text, case when strpos($3, 'c') = 0 then $3 || 'i' else $3 end
    ); end;
create function regexp_replace(citext, citext, text) returns text
    immutable strict parallel safe
    return regexp_replace($1::text, $2::text, $3, 'i');
create function regexp_replace(citext, citext, text, text) returns text
    immutable strict parallel safe
    return regexp_replace(
        $1::text, $2::text, $3, case when strpos($4, 'c') = 0 then $4 || 'i' else $4 end
    );
create function regexp_split_to_array(citext, citext) returns text[]
    immutable strict parallel safe
    return regexp_split_to_array($1::text, $2::text, 'i');
create function regexp_split_to_array(citext, citext, text) returns text[]
    immutable strict parallel safe
    return regexp_split_to_array(
        $1::text, $2::text, case when strpos($3, 'c') = 0 then $3 || 'i' else $3 end
    );
create function regexp_split_to_table(citext, citext) returns setof text
    language sql immutable strict parallel safe
    begin atomic; select regexp_split_to_table($1::text, $2::text, 'i'); end;
create function regexp_split_to_table(citext, citext, text) returns setof text
    language sql immutable strict parallel safe
    begin atomic; select regexp_split_to_table(
        $1::text, $2::text, case when strpos($3, 'c') = 0 then $3 || 'i' else $3 end
    ); end;

create function strpos(citext, citext) returns int
    immutable strict parallel safe return strpos(lower($1::text), lower($2::text));
-- What is looked for is literal: `***=` says so to a regular expression.
create function replace(citext, citext, citext) returns text
    immutable strict parallel safe
    return regexp_replace($1::text, '***=' || $2::text, $3::text, 'gi');
create function split_part(citext, citext, int) returns text
    immutable strict parallel safe
    return (regexp_split_to_array($1::text, '***=' || $2::text, 'i'))[$3];
create function translate(citext, citext, text) returns text
    immutable strict parallel safe
    return translate(translate($1::text, lower($2::text), $3), upper($2::text), $3);
