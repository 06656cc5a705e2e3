"""The JSON of the catalogue has the shape that its JSON Schema says, which changes by intent."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import ConfigDict, TypeAdapter

from my_supabase_service.tools.schema import catalogue, document, relations

SHAPE = Path(document.__file__).with_name("schema.json")


@pytest.fixture
def described(monkeypatch: pytest.MonkeyPatch) -> TypeAdapter[catalogue.Catalogue]:
    """What writes the JSON, and knows what the docstrings say as well."""
    config = ConfigDict(use_attribute_docstrings=True)
    for module in (relations, catalogue):
        for value in vars(module).values():
            if dataclasses.is_dataclass(value):
                monkeypatch.setattr(value, "__pydantic_config__", config, raising=False)
    return TypeAdapter(catalogue.Catalogue)


def json_schema(adapter: TypeAdapter[catalogue.Catalogue]) -> dict[str, Any]:
    """Return what the JSON looks like: every field is there, also one that has nothing to say."""
    shape = adapter.json_schema(mode="serialization")
    for each in (shape, *shape["$defs"].values()):
        each["required"] = [*each["properties"]]
        each["properties"] = {name: short(it) for name, it in each["properties"].items()}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **shape}


def short(field: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing: the name once more, and what a field is when it is not there."""
    types = [it.get("type") for it in field.get("anyOf", ())]
    rest = {name: it for name, it in field.items() if name not in {"title", "default"}}
    if types and None not in types and all(len(it) == 1 for it in field["anyOf"]):
        del rest["anyOf"]
        return {"type": types, **rest}
    return rest


def written(value: Any, indent: str = "") -> str:
    """Return JSON with a line for each field, as far as it fits."""
    line = json.dumps(value)
    if not isinstance(value, dict) or len(indent + line) <= 88:
        return line
    fields = cast("dict[str, Any]", value)
    deeper = indent + "  "
    lines = [f"{deeper}{json.dumps(key)}: {written(it, deeper)}" for key, it in fields.items()]
    return "\n".join(["{", ",\n".join(lines), indent + "}"])


def test_the_shape_is_the_one_that_is_written_down(
    described: TypeAdapter[catalogue.Catalogue], tmp_path: Path
) -> None:
    """A field that is new is written down; one that goes or means something else is version 2."""
    now = tmp_path / "schema.json"
    now.write_text(written(json_schema(described)) + "\n", encoding="utf-8")

    assert now.read_text(encoding="utf-8") == SHAPE.read_text(encoding="utf-8"), f"it is {now}"
