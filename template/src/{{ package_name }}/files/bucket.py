"""The bucket of `/files`, and who may reach which of its objects: their owner, nobody else.

The table belongs to Storage, so these are no policies of a model: a migration makes them, and
Storage itself asks them, whatever the service's own tables do.
"""

from ..supabase import Bucket, ObjectPolicy, declare

NAME = "files"

LARGEST = 50 * 1024 * 1024
"""Bytes of one file; the free plan has no more."""

TYPES = (
    "application/pdf",
    "image/avif",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/plain",
)
"""What a file may be. SVG is no picture here but a document that runs script."""

IS_OWN = "bucket_id = 'files' and (storage.foldername(name))[1] = (select auth.uid())::text"
"""Whether an object lies in the folder that has the caller's id for its name."""

POLICIES = (
    ObjectPolicy("files: owners read", "select", using=IS_OWN),
    ObjectPolicy("files: owners add", "insert", check=IS_OWN),
    ObjectPolicy("files: owners replace", "update", using=IS_OWN, check=IS_OWN),
    ObjectPolicy("files: owners delete", "delete", using=IS_OWN),
)

declare(Bucket(NAME, LARGEST, TYPES, POLICIES))
