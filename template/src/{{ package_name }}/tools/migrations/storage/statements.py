"""A bucket and the policies on its objects as the statements that make them so. Pure."""

from sqlalchemy.dialects import postgresql

from ....supabase.storage.access import Bucket, Condition, ObjectPolicy

_names = postgresql.dialect().identifier_preparer


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


def create_policy(policy: ObjectPolicy, table: str = "storage.objects") -> str:
    """Return the statement that makes *policy*."""
    lines = [f"create policy {_names.quote_identifier(policy.name)} on {table}"]
    if policy.restrictive:
        lines.append("as restrictive")
    lines.append(f"for {policy.command} to {', '.join(map(_role, policy.to))}")
    if policy.using:
        lines.append(_clause("using", policy.using))
    if policy.check:
        lines.append(_clause("with check", policy.check))
    return "\n".join(lines)


def drop_policy(policy: ObjectPolicy) -> str:
    """Return the statement that takes *policy* away."""
    return f"drop policy {_names.quote_identifier(policy.name)} on storage.objects"


def _clause(word: str, condition: Condition) -> str:
    return f"{word} (\n    {condition.written}\n)"


def _role(role: str) -> str:
    return role if role == "public" else _names.quote(role)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
