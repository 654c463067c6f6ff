"""Reads a model's reply as the steps of a plan."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from rapidfuzz import fuzz, process

from foretell import ranking
from foretell.patterns import LazyPattern

FUZZY_SCORE = 85.0
"""RapidFuzz's ratio, of 100, from which a step is a misspelling of a known one."""
NEAR_COSINE = 0.6
"""Cosine from which a step is taken for a known one; below, it is dropped."""
_LONGEST_STEP = 16
"""Words; what is longer is prose."""

_QUOTED = LazyPattern(r'"((?:[^"\\]|\\.)*)"\s*(?=[,\]}]|$)')
_MARK = LazyPattern(r"^\s*(?:(?:step\s*)?#?\d{1,3}\s*[.):\]-]\s*|[-*\N{BULLET}]\s+)", re.IGNORECASE)
_INLINE = LazyPattern(r"(?:^|\s)\(?\d{1,2}[.)]\s+")
_ARROW = LazyPattern(r"->|→|;|\|")

Nearest = Callable[[Sequence[str]], Sequence[tuple[int, float]]]
"""Gives, for each text, the allowed action that is nearest in meaning, and its cosine."""


@dataclass(frozen=True, slots=True)
class ReadSteps:
    """What a reply was read as.

    Attributes:
        actions: Ids, as many as were asked for; empty where nothing could be read.
        repairs: How often each repair was needed: "fuzzy" and "nearest" for words that are no
            name of an action, "dropped" for what is none at all, "padded" and "cut" for the steps
            added and left out, "start" and "goal" for ends put back, "empty" for nothing read.
    """

    actions: tuple[int, ...]
    repairs: Mapping[str, int]


def read_steps(
    reply: str,
    vocabulary: Mapping[str, int],
    nearest: Nearest,
    *,
    least: int,
    most: int,
    start: int | None = None,
    goal: int | None = None,
) -> ReadSteps:
    """Reads any text as a plan of `least` to `most` steps.

    The layout in which most items are actions is taken: JSON, a step a line, numbers or arrows
    in running text, commas. Too short a plan repeats its last step, too long a one loses what
    stands before its goal.

    Args:
        reply: What the model said.
        vocabulary: The allowed actions: id by name.
        nearest: Finds the allowed action for words that are no name.
        least: Fewest steps.
        most: Most steps.
        start: Id of the action that must stand first, if one must.
        goal: Id of the action that must stand last, if one must.
    """
    by_name = {plain(name): number for name, number in vocabulary.items()}
    readings = [_matched(items, by_name, nearest) for items in step_layouts(reply)]
    actions, repairs = ranking.best_of(readings, _worth) if readings else ((), Counter[str]())
    if not actions:
        return ReadSteps((), {"empty": 1})
    fitted = _with_ends(_of_length(list(actions), least, most, repairs), start, goal, repairs)
    return ReadSteps(tuple(fitted), dict(+repairs))


def step_layouts(reply: str) -> list[list[str]]:
    """Gives the items of a reply in every layout that it may be in, without numbers and marks."""
    lines = [line for line in reply.splitlines() if line.strip()]
    marked = [line for line in lines if _MARK.match(line)]
    cut = [
        _json_items(reply),
        marked,
        lines,
        _INLINE.split(reply)[1:],
        _ARROW.split(reply),
        re.split(r",|\n|\bthen\b", reply),
    ]
    tidy = ([_tidy(item) for item in items] for items in cut)
    kept = (tuple(item for item in items if _is_step(item)) for items in tidy)
    return [list(items) for items in dict.fromkeys(kept) if items]


def plain(text: str) -> str:
    """Gives the words of a text in lower case, to compare names by."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _json_items(reply: str) -> list[str]:
    """Reads a JSON object or list of steps; of one that is cut off, what is whole."""
    begin = re.search(r"[\[{]", reply)
    if begin is None:
        return []
    try:
        value = json.JSONDecoder().raw_decode(reply[begin.start() :])[0]
    except ValueError:
        inside = reply[reply.find("[") + 1 :]
        return [json.loads(f'"{text}"') for text in _QUOTED.findall(inside)]
    return list(_strings(value))


def _strings(value: object) -> Iterator[str]:
    """Gives the strings of JSON in order, without the names of fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        parts = cast("dict[str, object] | list[object]", value)
        for part in parts.values() if isinstance(parts, dict) else parts:
            yield from _strings(part)


def _tidy(item: str) -> str:
    return _MARK.sub("", item).strip(" \t\"'`*_.,;:")


def _is_step(item: str) -> bool:
    return any(map(str.isalpha, item)) and len(item.split()) <= _LONGEST_STEP


def _matched(
    items: Sequence[str], by_name: Mapping[str, int], nearest: Nearest
) -> tuple[tuple[int, ...], Counter[str]]:
    found = [_by_words(item, by_name) for item in items]
    unknown = [item for item, (action, _) in zip(items, found, strict=True) if action is None]
    near = iter(nearest(unknown) if unknown else ())
    repairs = Counter[str]()
    actions: list[int] = []
    for action, how in found:
        if action is None:
            action, cosine = next(near)
            how = "nearest" if cosine >= NEAR_COSINE else "dropped"
        if how != "dropped":
            actions.append(action)
        repairs[how] += how != "exact"
    return tuple(actions), repairs


def _by_words(item: str, by_name: Mapping[str, int]) -> tuple[int | None, str]:
    words = plain(item)
    if words in by_name:
        return by_name[words], "exact"
    best = process.extractOne(words, by_name.keys(), scorer=fuzz.ratio, score_cutoff=FUZZY_SCORE)
    return (None, "") if best is None else (by_name[best[0]], "fuzzy")


def _worth(reading: tuple[tuple[int, ...], Counter[str]]) -> float:
    """Says how much a reading speaks for its layout; exact names count most."""
    actions, repairs = reading
    return len(actions) - 0.1 * repairs["fuzzy"] - 0.5 * repairs["nearest"] - repairs["dropped"]


def _of_length(actions: list[int], least: int, most: int, repairs: Counter[str]) -> list[int]:
    missing, surplus = least - len(actions), len(actions) - most
    if surplus > 0:
        repairs["cut"] = surplus
        return [*actions[: most - 1], actions[-1]] if most > 1 else actions[-1:]
    repairs["padded"] = max(0, missing)
    return actions + actions[-1:] * missing


def _with_ends(
    actions: list[int], start: int | None, goal: int | None, repairs: Counter[str]
) -> list[int]:
    for place, name, known in ((0, "start", start), (-1, "goal", goal)):
        if known is not None and actions[place] != known:
            actions[place] = known
            repairs[name] = 1
    return actions
