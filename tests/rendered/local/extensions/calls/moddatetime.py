"""What moddatetime is asked: the statements of one session, in order."""


def refused(trigger: str, statement: str) -> list[str]:
    return [f"create trigger refused {trigger}", statement, "drop trigger refused on kept"]


KEPT = """
    select id, n, at between now() - interval '1 minute' and now(), at = "Odd Name",
        here = at at time zone 'Asia/Tokyo'
    from kept
"""
UPDATE = "update kept set id = 3"

CALLS = [
    'create table kept (id int, at timestamptz, here timestamp, "Odd Name" timestamptz, n int)',
    "create trigger at before update on kept for each row execute procedure moddatetime(at)",
    "create trigger here before update on kept for each row execute function moddatetime (here)",
    "create trigger o before update on kept for each row execute function moddatetime('Odd Name')",
    "set timezone = 'Asia/Tokyo'",
    "insert into kept values (1, null, null, null, 7)",
    "update kept set id = 2, at = '2000-01-01'",
    KEPT,
    *refused("before update on kept for each row execute function moddatetime(n)", UPDATE),
    *refused("before update on kept for each row execute function moddatetime(no)", UPDATE),
    *refused("before update on kept for each row execute function moddatetime()", UPDATE),
    *refused("before update on kept for each row execute function moddatetime(at, n)", UPDATE),
    *refused(
        "before insert on kept for each row execute function moddatetime(at)",
        "insert into kept values (4)",
    ),
    *refused("after update on kept for each row execute function moddatetime(at)", UPDATE),
    *refused("before update on kept for each statement execute function moddatetime(at)", UPDATE),
    "drop table kept",
]
