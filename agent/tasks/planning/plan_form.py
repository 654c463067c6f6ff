"""The form in which an endpoint that has structured output is to list the steps of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def plan_format(least: int, most: int, vocabulary: Sequence[str] = ()) -> dict[str, Any]:
    """Gives OpenAI's `response_format` for a list of steps.

    Args:
        least: Fewest steps.
        most: Most steps.
        vocabulary: The only steps that are allowed; none allows any.
    """
    step: dict[str, Any] = {"type": "string"}
    if vocabulary:
        step["enum"] = list(vocabulary)
    schema = {
        "type": "object",
        "properties": {
            "steps": {"type": "array", "items": step, "minItems": least, "maxItems": most}
        },
        "required": ["steps"],
        "additionalProperties": False,
    }
    return {
        "type": "json_schema",
        "json_schema": {"name": "plan", "strict": True, "schema": schema},
    }
