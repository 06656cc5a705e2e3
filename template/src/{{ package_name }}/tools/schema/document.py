"""The catalogue as JSON: every field of every value, in the shape that `schema.json` holds."""

from pydantic import TypeAdapter

from .catalogue import Catalogue

ADAPTER = TypeAdapter(Catalogue)


def as_json(catalogue: Catalogue) -> str:
    """Return all of it."""
    return ADAPTER.dump_json(catalogue, indent=2).decode()
