"""What the catalogue says of an extension, but for what is C there and what is a helper here."""

OURS = ("uuid_of_bytes", "uuid_sha1", "pgcrypto_%", "pg_trgm_%")
IN_C = ("%gtrgm%", "gin_%trgm%")

MEMBERS = """
    select objid from pg_depend where deptype = 'e' and classid = '{0}'::regclass
        and refobjid = (select oid from pg_extension where extname = '{1}')
"""


QUERIES = {
    "pg_proc": """
        select oid::regprocedure::text, prorettype::regtype::text, prokind, provolatile,
            proisstrict, proparallel, proretset, prorows, prosecdef, proargnames, proargmodes,
            pronargdefaults
        from pg_proc where oid in ({members}) and {left_out} order by 1
    """,
    "pg_operator": """
        select oid::regoperator::text, oprcode::text, oprresult::regtype::text,
            nullif(oprcom, 0)::regoperator::text, nullif(oprnegate, 0)::regoperator::text,
            oprcanmerge, oprcanhash, oprrest::text, oprjoin::text
        from pg_operator where oid in ({members}) order by 1
    """,
    "pg_cast": """
        select castsource::regtype::text, casttarget::regtype::text, castcontext, castmethod,
            castfunc::regprocedure::text
        from pg_cast where oid in ({members}) order by 1, 2
    """,
    "pg_type": """
        select typname, typcategory, typispreferred, typcollation, typstorage, typlen, typalign
        from pg_type where oid in ({members}) and typname <> 'gtrgm' order by 1
    """,
    "pg_opclass": """
        select opcname, amname, opcdefault, opcintype::regtype::text, amoplefttype::regtype::text,
            amopstrategy, amopopr::regoperator::text, amoppurpose
        from pg_opclass join pg_am on pg_am.oid = opcmethod
            left join pg_amop on amopfamily = opcfamily
        where pg_opclass.oid in ({members}) and opcname not like '%trgm%' order by 1, 2, 6
    """,
}


def catalogue(extension: str) -> list[str]:
    """Return queries whose answers describe *extension* as a caller meets it."""

    def members(catalog: str) -> str:
        return MEMBERS.format(catalog, extension)

    left_out = " and ".join(f"proname not like '{name}'" for name in (*OURS, *IN_C))
    return [
        query.format(members=members(catalog), left_out=left_out)
        for catalog, query in QUERIES.items()
    ] + [f"select extversion, extrelocatable from pg_extension where extname = '{extension}'"]
