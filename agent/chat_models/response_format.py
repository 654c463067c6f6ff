"""Builds OpenAI's `response_format`: the JSON schema that a reply has to keep to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]
"""A JSON schema, as far as strict structured output allows."""
ResponseFormat = dict[str, Any]

NUMBER: Schema = {"type": "number"}
NUMBER_OR_NULL: Schema = {"type": ["number", "null"]}


def response_format(name: str, **properties: Schema) -> ResponseFormat:
    """Returns the form of a reply that is an object with these properties.

    Args:
        name: What the form is called; some endpoints keep compiled forms by it.
        **properties: The schema of each property.
    """
    named = {"name": name, "strict": True, "schema": object_of(**properties)}
    return {"type": "json_schema", "json_schema": named}


def object_of(**properties: Schema) -> Schema:
    """Returns the schema of an object with these properties, no more and no fewer."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def list_of(items: Schema, least: int | None = None, most: int | None = None) -> Schema:
    """Returns the schema of a list.

    Args:
        items: The schema of each item.
        least: Fewest items; None for any number.
        most: Most items; None for any number.
    """
    bounds = {"minItems": least, "maxItems": most}
    given = {name: value for name, value in bounds.items() if value is not None}
    return {"type": "array", "items": items, **given}


def text_of(
    allowed: Iterable[str] | None = None, longest: int | None = None, pattern: str = ""
) -> Schema:
    """Returns the schema of a text.

    Args:
        allowed: The only texts there may be, each named once; None for any.
        longest: Most characters of any text; None for any number.
        pattern: Regular expression that the text must match; empty for none.
    """
    if allowed is None:
        bounds = {"maxLength": longest, "pattern": pattern or None}
        given = {name: value for name, value in bounds.items() if value is not None}
        return {"type": "string", **given}
    return {"type": "string", "enum": list(dict.fromkeys(allowed))}
