"""Reads a model's completion as exactly as many actions of a taxonomy as were asked for.

The rules for what is missing are those of LALM (Kim et al., "PALM: Predicting Actions through
Language Models", ECCV 2024): a missing noun or verb is that of the action before, an item with
neither is dropped, too few actions are padded and too many cut. Every such repair is counted.

The text is cut in every layout that models use, without a vocabulary; what its pieces read as tells
which layout was meant.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from foretell import ranking
from foretell.actions import Action
from foretell.memory.words.taxonomy import Match, Taxonomy
from foretell.memory.words.vocabulary import words_of
from foretell.patterns import LazyPattern
from foretell.ranges import check_range

Padding = Literal["last", "loop"]
EMPTY = "empty"
"""The repair of a reply in which nothing was read."""
_LONGEST_ACTION = 8
"""Words of the longest action; a longer line is prose."""
_LONGEST_FRAGMENT = 3
"""Words of the longest piece of a cut-off action."""
_WORTH_OF_ACTION = 1.0
"""What a line adds that names a verb and a noun; the reading with the highest sum is taken."""
_WORTH_OF_FRAGMENT = 0.25
"""What a line adds that names one of the two."""
_WORTH_OF_UNKNOWN_WORDS = -0.5
"""What a line takes off whose words are in no vocabulary."""
_WORTH_OF_PROSE = -1.0
"""What a line takes off that reads as a sentence."""
_BEFORE_A_VERB = {
    "a", "again", "and", "c", "camera", "finally", "first", "he", "i", "next", "now", "person",
    "she", "the", "they", "to", "user", "wearer", "will", "you",
}  # fmt: skip
_ENDS_IN_A_WORD = LazyPattern(r"\w\s*$")
_NUMBERING = LazyPattern(
    r"(?:\b(?:action|step)\s*#?\s*)?(?<![\w.])\d{1,3}\s*[.):\]]\s+", re.IGNORECASE
)
_SEPARATOR = LazyPattern(r"[,;:.!?\n{}\[\]\"|]|->|→|\bthen\b", re.IGNORECASE)
_BRACKETS = LazyPattern(r"[(\[]([^()\[\]]*(?:\([^()]*\)[^()\[\]]*)?)(?:[)\]]|$)")
_FIELD = LazyPattern(
    r"\b(?P<slot>verb|noun)\b[\"'*_\s]*[:=][\"'*_\s]*"
    r"(?P<value>(?:(?!\b(?:verb|noun)\b)[^\"*,;\n{}])*)",
    re.IGNORECASE,
)
_PAST_HEADING = LazyPattern(
    r"\b(?:past|previous|observed)\b[^.:\n,]{0,40}\bactions?\b[^.:\n,]{0,20}:|\bnarrations?\s*:",
    re.IGNORECASE,
)
_FUTURE_HEADING = LazyPattern(
    r"\b(?:next|future|following|predicted)\b[^.:\n,]{0,40}\bactions?\b[^.:\n,]{0,20}:"
    r"|\b(?:future|predictions?)\s*:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ParsedCompletion:
    """What a completion was read as.

    Attributes:
        actions: As many as were asked for, each of the taxonomy.
        repairs: How often each repair was needed: "synonym", "inside" and "fuzzy" with "_verb"
            or "_noun" for a word that is no label; "carried_verb" and "carried_noun" for a
            missing one; "dropped_item" and "truncated_item" for what could not be read;
            "padded" and "cut" for the actions added and left out; "empty" where nothing was read.
    """

    actions: tuple[Action, ...]
    repairs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Item:
    """A piece as read; `worth` says how much it speaks for a list of actions."""

    verb: Match | None
    noun: Match | None
    worth: float
    is_open: bool


def parse_completion(
    text: str, taxonomy: Taxonomy, *, horizon: int, last: Action, padding: Padding = "last"
) -> ParsedCompletion:
    """Reads any text as exactly `horizon` actions.

    Lists may be separated by commas or lines, numbered, in brackets, labelled or JSON, and may
    stand in chatty text. An item in which the text breaks off counts only if it is whole.

    Args:
        text: What the model said.
        taxonomy: The words that count.
        horizon: How many actions to give.
        last: The last observed action, which stands in where the text gives nothing.
        padding: Whether too few actions are made up by repeating the "last" one or by going
            through all of them again, "loop".

    Raises:
        ConfigError: If `horizon` is not positive.
        DatasetError: If `last` is not of the taxonomy.
    """
    check_range("horizon", horizon, 1)
    taxonomy.encode([last])
    repairs = Counter[str]()
    actions: list[Action] = []
    items = _answer(text, taxonomy, horizon)
    for item in items:
        if len(actions) == horizon:
            repairs["cut"] += 1
        else:
            actions += _completed(item, actions[-1] if actions else last, repairs)
    repairs[EMPTY] = int(not actions)
    repairs["padded"] = horizon - len(actions)
    cycle = (actions[-1:] if padding == "last" else actions[:]) or [last]
    actions += islice(itertools.cycle(cycle), repairs["padded"])
    return ParsedCompletion(tuple(actions), dict(+repairs))


def _answer(text: str, taxonomy: Taxonomy, horizon: int) -> list[_Item]:
    """Gives the first answer that holds an action, in the layout that the most speaks for."""
    readings = [
        ranking.best_of(_layouts_read(answer, taxonomy), lambda items: min(_worth(items), horizon))
        for answer in answers(text)
    ]
    return ranking.best_of(readings, lambda items: min(_worth(items), 1.0))


def _layouts_read(text: str, taxonomy: Taxonomy) -> list[list[_Item]]:
    read = [[_read(piece, taxonomy) for piece in pieces] for pieces in layouts(text)]
    return [_densest(items) for items in read] or [[]]


def _worth(items: Sequence[_Item]) -> float:
    return sum(item.worth for item in items)


def _densest(items: Sequence[_Item]) -> list[_Item]:
    """Gives the stretch of items with the greatest worth: the list, without the prose around it.

    It is Kadane's algorithm for the maximum subarray.
    """
    best_worth, best_start, best_end = 0.0, 0, 0
    worth, start = 0.0, 0
    for end, item in enumerate(items, start=1):
        if worth < 0.0:
            worth, start = 0.0, end - 1
        worth += item.worth
        if worth > best_worth + ranking.PRECISION:
            best_worth, best_start, best_end = worth, start, end
    return list(items[best_start:best_end])


def _read(piece: Piece, taxonomy: Taxonomy) -> _Item:
    if piece.noun is None:
        return _read_phrase(piece, taxonomy)
    verb, noun = taxonomy.verbs.find(piece.phrase), taxonomy.nouns.find(piece.noun)
    return _Item(verb, noun, _worth_of(verb, noun), piece.is_open)


def _read_phrase(piece: Piece, taxonomy: Taxonomy) -> _Item:
    """Reads "take the dough"; what is too long, or too long for one word of two, is prose."""
    words = words_of(piece.phrase)
    while len(words) > 1 and words[0] in _BEFORE_A_VERB:
        del words[0]
    verb, noun = _verb_and_noun(words, taxonomy)
    fragment = verb is None or noun is None
    if len(words) > (_LONGEST_FRAGMENT if fragment else _LONGEST_ACTION):
        return _Item(None, None, _WORTH_OF_PROSE, piece.is_open)
    return _Item(verb, noun, _worth_of(verb, noun), piece.is_open)


def _verb_and_noun(words: list[str], taxonomy: Taxonomy) -> tuple[Match | None, Match | None]:
    spans = taxonomy.verbs.spans(words)
    if spans and spans[0].start == 0:
        action = taxonomy.read(" ".join(words))
        if action is not None:
            rest = " ".join(words[spans[0].end :])
            return action.verb, action.noun or taxonomy.nouns.find(rest)
    first, rest = " ".join(words[:1]), " ".join(words[1:])
    noun = taxonomy.nouns.find(rest) or taxonomy.nouns.find(" ".join(words))
    return taxonomy.verbs.find(first), noun


def _worth_of(verb: Match | None, noun: Match | None) -> float:
    if verb is None and noun is None:
        return _WORTH_OF_UNKNOWN_WORDS
    return _WORTH_OF_FRAGMENT if verb is None or noun is None else _WORTH_OF_ACTION


def _breaks_off(item: _Item) -> bool:
    """Whether the text ends in an item whose words are not both known."""
    matches = (item.verb, item.noun)
    return item.is_open and any(match is None or match.how == "fuzzy" for match in matches)


def _completed(item: _Item, before: Action, repairs: Counter[str]) -> list[Action]:
    """Gives the action of an item, a missing word carried over, or none if it is unreadable."""
    if item.verb is None and item.noun is None:
        repairs["dropped_item"] += 1
        return []
    if _breaks_off(item):
        repairs["truncated_item"] += 1
        return []
    words: list[str] = []
    for match, slot, carried in (
        (item.verb, "verb", before.verb),
        (item.noun, "noun", before.noun),
    ):
        words.append(carried if match is None else match.label)
        how = "carried" if match is None else match.how
        if how != "exact":
            repairs[f"{how}_{slot}"] += 1
    return [Action(*words)]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a completion that may be one action.

    Attributes:
        phrase: The words of the whole action, or of the verb alone where `noun` is given.
        noun: The words of the noun, where the layout sets it apart.
        is_open: Whether the text breaks off in it.
    """

    phrase: str
    noun: str | None = None
    is_open: bool = False


def answers(text: str) -> list[str]:
    """Gives the parts of a completion that may be its answer.

    A model may repeat the past actions before it answers, or go on after its answer with a made-up
    example; what stands under a heading such as "Past actions:" is left out.
    """
    first, *others = _PAST_HEADING.split(text)
    parts = [_FUTURE_HEADING.split(other, maxsplit=1) for other in others]
    return [first, *(part[1] for part in parts if len(part) > 1)]


def _fields(text: str) -> list[Piece]:
    """Reads "Verb: take, Noun: dough" and JSON objects with these keys."""
    found: list[dict[str, str]] = []
    for field in _FIELD.finditer(text):
        slot = field["slot"].lower()
        if not found or slot in found[-1]:
            found.append({})
        found[-1][slot] = field["value"].strip()
    return [Piece(slots.get("verb", ""), slots.get("noun", "")) for slots in found]


def _bracketed(text: str) -> list[Piece]:
    """Reads "(take, dough), (put, dough)" and JSON lists of pairs."""
    pieces: list[Piece] = []
    for inside in _BRACKETS.findall(text):
        parts = [part.strip(" \"'") for part in inside.split(",")]
        verb, *nouns = [part for part in parts if part] or [""]
        pieces.append(Piece(verb, nouns[0] if nouns else None))
    return pieces


def _listed(text: str) -> list[Piece]:
    """Reads "take dough, put dough", one action a line, numbered or not."""
    parts = _SEPARATOR.split(_NUMBERING.sub("\n", text))
    return [Piece(part.strip()) for part in parts if any(map(str.isalpha, part))]


_LAYOUTS: tuple[Callable[[str], list[Piece]], ...] = (_fields, _bracketed, _listed)


def layouts(text: str) -> list[list[Piece]]:
    """Gives the pieces of a text, cut in every known layout that yields any."""
    cut = [pieces for layout in _LAYOUTS if (pieces := layout(text))]
    return [_marked_open(pieces) for pieces in cut] if _ENDS_IN_A_WORD.search(text) else cut


def _marked_open(pieces: list[Piece]) -> list[Piece]:
    last = pieces[-1]
    return [*pieces[:-1], Piece(last.phrase, last.noun, is_open=True)]
