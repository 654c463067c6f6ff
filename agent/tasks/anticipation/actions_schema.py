"""The form in which an endpoint that has structured output is to list actions."""

from __future__ import annotations

from typing import Any

from foretell.memory.words.taxonomy import Taxonomy, Vocabulary


def actions_format(horizon: int, taxonomy: Taxonomy | None = None) -> dict[str, Any]:
    """Gives OpenAI's `response_format` for a list of actions.

    Args:
        horizon: How many there must be.
        taxonomy: The only words that are allowed; None allows any.
    """
    pair = _object(
        verb=_word(None if taxonomy is None else taxonomy.verbs),
        noun=_word(None if taxonomy is None else taxonomy.nouns),
    )
    actions = {"type": "array", "items": pair, "minItems": horizon, "maxItems": horizon}
    named = {"name": "future_actions", "strict": True, "schema": _object(actions=actions)}
    return {"type": "json_schema", "json_schema": named}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    """Gives the schema of an object with these properties, no more and no fewer."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _word(vocabulary: Vocabulary | None) -> dict[str, Any]:
    if vocabulary is None:
        return {"type": "string"}
    return {"type": "string", "enum": list(dict.fromkeys(vocabulary.labels))}
