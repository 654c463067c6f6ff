"""Actions as JSON: the schema that an endpoint is given, and the reading of what comes back."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ValidationError

from foretell.actions import Action
from foretell.memory.taxonomy import Taxonomy, Vocabulary
from foretell.tools.anticipation.completion import ParsedCompletion, parse_completion

_OBJECT = re.compile(r"\{[^{}]*\}")


class _Pair(BaseModel):
    verb: str
    noun: str


def actions_format(horizon: int, taxonomy: Taxonomy | None = None) -> dict[str, Any]:
    """Gives OpenAI's `response_format` for a list of actions.

    Args:
        horizon: How many there must be.
        taxonomy: The only words that are allowed; None allows any.
    """
    pair = {
        "type": "object",
        "properties": {
            "verb": _word(None if taxonomy is None else taxonomy.verbs),
            "noun": _word(None if taxonomy is None else taxonomy.nouns),
        },
        "required": ["verb", "noun"],
        "additionalProperties": False,
    }
    actions = {"type": "array", "items": pair, "minItems": horizon, "maxItems": horizon}
    schema = {
        "type": "object",
        "properties": {"actions": actions},
        "required": ["actions"],
        "additionalProperties": False,
    }
    named = {"name": "future_actions", "strict": True, "schema": schema}
    return {"type": "json_schema", "json_schema": named}


def as_listed(reply: str) -> str | None:
    """Gives the actions of a reply in JSON as "verb noun, verb noun", or None if it has none.

    What is whole is read, wherever the JSON breaks off and whatever stands around it.
    """
    pairs = [pair for found in _OBJECT.findall(reply) if (pair := _pair(found)) is not None]
    return ", ".join(f"{pair.verb} {pair.noun}" for pair in pairs) or None


def read_reply(reply: str, taxonomy: Taxonomy, *, horizon: int, last: Action) -> ParsedCompletion:
    """Reads exactly `horizon` actions out of a reply, whether it is JSON or text.

    Args:
        reply: What a model said.
        taxonomy: The words that are known.
        horizon: How many actions to give.
        last: The action before the reply, from which gaps are filled.
    """
    return parse_completion(as_listed(reply) or reply, taxonomy, horizon=horizon, last=last)


def _pair(text: str) -> _Pair | None:
    try:
        return _Pair.model_validate_json(text)
    except ValidationError:
        return None


def _word(vocabulary: Vocabulary | None) -> dict[str, Any]:
    if vocabulary is None:
        return {"type": "string"}
    return {"type": "string", "enum": list(dict.fromkeys(vocabulary.labels))}
