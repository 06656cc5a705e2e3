"""Buckets: the service's, as long as no policy gives them to others."""

from __future__ import annotations

import pytest
from storage3.exceptions import StorageApiError
from tests.rendered.local.storage.servers import Person, refused


async def test_the_service_makes_a_bucket_once(service: Person, new_bucket: str) -> None:
    assert await service.storage.create_bucket(new_bucket) == {"name": new_bucket}

    with refused("DUP"):
        await service.storage.create_bucket(new_bucket)


async def test_a_bucket_is_as_it_was_made_and_changed(service: Person, new_bucket: str) -> None:
    await service.storage.create_bucket(new_bucket, options={"file_size_limit": 7})

    await service.storage.update_bucket(
        new_bucket, {"public": True, "allowed_mime_types": ["image/png"]}
    )

    made = await service.storage.get_bucket(new_bucket)
    assert (made.id, made.name, made.public) == (new_bucket, new_bucket, True)
    assert (made.file_size_limit, made.allowed_mime_types) == (7, ["image/png"])
    assert new_bucket in [each.id for each in await service.storage.list_buckets()]


async def test_a_user_sees_and_changes_no_bucket(
    alice: Person, service: Person, bucket: str, new_bucket: str
) -> None:
    with refused("RLS"):
        await alice.storage.create_bucket(new_bucket)
    assert await alice.storage.list_buckets() == []
    for attempt in (
        alice.storage.get_bucket(bucket),
        alice.storage.update_bucket(bucket, {"public": True}),
        alice.storage.empty_bucket(bucket),
        alice.storage.delete_bucket(bucket),
    ):
        with refused("NOBKT"):
            await attempt
    assert not (await service.storage.get_bucket(bucket)).public


async def test_whether_a_bucket_is_empty_is_looked_at_before_who_asks(
    alice: Person, service: Person, new_bucket: str
) -> None:
    await service.storage.create_bucket(new_bucket)
    await service.storage.from_(new_bucket).upload("a", b"x")

    with pytest.raises(StorageApiError) as refusal:
        await alice.storage.delete_bucket(new_bucket)

    assert (str(refusal.value.status), refusal.value.code) == ("409", "ResourceNotEmpty")


async def test_only_an_empty_bucket_goes(service: Person, new_bucket: str) -> None:
    await service.storage.create_bucket(new_bucket)
    await service.storage.from_(new_bucket).upload("a/b", b"x")

    with pytest.raises(StorageApiError) as refusal:
        await service.storage.delete_bucket(new_bucket)
    told = (str(refusal.value.status), refusal.value.message)
    assert told == ("409", "The bucket you tried to delete is not empty")

    await service.storage.empty_bucket(new_bucket)
    await service.storage.delete_bucket(new_bucket)
    with refused("NOBKT"):
        await service.storage.get_bucket(new_bucket)
