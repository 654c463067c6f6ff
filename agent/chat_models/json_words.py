"""Reads the words of a reply in JSON where words were asked for, also of JSON that breaks off."""

from __future__ import annotations

import json
from typing import Any, cast

from foretell.patterns import LazyPattern

_FIELDS = (
    "answer", "final_answer", "reason", "response", "text", "content", "message", "explanation",
    "description", "summary", "result", "output",
)  # fmt: skip
"""The fields that models put an answer into, the likeliest first."""
_FENCED = LazyPattern(r"(?s)\A\s*```\w*\s*\n?(?P<inside>.*?)\n?\s*(?:```\s*)?\Z")
_FIELD = LazyPattern(r"[\"'](?P<name>\w+)[\"']\s*:\s*\"(?P<value>(?:[^\"\\]|\\.)*)(?P<ends>\")?")
_CONFIDENCE = LazyPattern(r"(?i)[\"']confidence[\"']\s*:\s*[\"']?(?P<value>[^\"',}\n]+)")
_BEGINS = LazyPattern(r"\A\s*\[?\s*\{\s*(?:[\"'}]|\Z)")


def words_of_json(reply: str) -> str | None:
    """Returns the words that a JSON object holds; "" where it holds none, None for no JSON."""
    fenced = _FENCED.match(reply)
    text = fenced["inside"] if fenced else reply
    if not _BEGINS.match(text):
        return None
    fields = _fields(text)
    return next((fields[name] for name in _FIELDS if fields.get(name)), "")


def confidence_of_json(reply: str) -> str:
    """Returns what JSON says of its confidence, as it stands there; "" where it says nothing."""
    found = _CONFIDENCE.search(reply)
    return found["value"] if found else ""


def _fields(text: str) -> dict[str, str]:
    """Returns the fields of JSON that are text, as far as they can be read."""
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        found = _FIELD.finditer(text)
        return {one["name"].lower(): _unescaped(one["value"]) for one in found}
    first: Any = value[0] if isinstance(value, list) and value else value  # pyright: ignore[reportUnknownVariableType]
    given = cast(dict[str, Any], first) if isinstance(first, dict) else {}
    return {name.lower(): one.strip() for name, one in given.items() if isinstance(one, str)}


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False)).strip()
    except ValueError:
        return text.strip()
