"""A bucket as the statements that make it so. Pure."""

from ....supabase.storage.access import Bucket


def create_bucket(bucket: Bucket) -> list[str]:
    """Return the statements that make *bucket*, or take over a private one of its name.

    A public one has no policy between its objects and anybody: whoever made it public decides.
    """
    name = _text(bucket.name)
    message = _text(f"the bucket {bucket.name} is public: make it private first")
    types = ",\n        ".join(map(_text, bucket.types))
    refuse = f"""do $$
begin
    if exists (select from storage.buckets where id = {name} and public) then
        raise exception using message = {message};
    end if;
end
$$"""
    insert = f"""insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values (
    {name}, {name}, false, {bucket.largest},
    array[
        {types}
    ]
)
on conflict (id) do update set
    file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types"""  # noqa: S608  # a name that is declared
    return [refuse, insert]


def close_bucket(bucket: Bucket) -> str:
    """Return the statement that makes *bucket* private."""
    return f"update storage.buckets set public = false where id = {_text(bucket.name)}"  # noqa: S608  # same


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
