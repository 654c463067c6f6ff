"""Reads whom a question or a caption names: "man X", "woman Y", the camera wearer ("C")."""

from __future__ import annotations

import re

from foretell.patterns import LazyPattern

_WHO = "man|woman|person|boy|girl|lady|child|dog"
_NAMED = rf"(?:{_WHO})\s+[A-Z]\b"
_ACTS = LazyPattern(
    r"\b(?:[Dd]oes|[Dd]id|[Dd]o|[Ii]s|[Ww]as|[Hh]as|[Ww]ill|[Cc]an)\s+(?:the\s+)?"
    rf"(?P<who>C\b|(?:camera )?wearer\b|{_NAMED})"
)
_ACTOR = LazyPattern(rf"(?:(?:[Tt]he|[Aa]) )?(?P<who>camera wearer\b|(?i:{_NAMED}))")
_SPEAKS = LazyPattern(
    r"\b(?:(?:does|did|has)|(?P<doing>is|was)) (?P<who>[A-Z][\w'-]+)(?: [A-Z][\w'-]+)* "
    r"(?:ever )?(?:say|said|talk|speak|mention|tell)(?(doing)\w*ing\b)"
)
_NO_NAMES = frozenset({"C", "He", "I", "She", "They", "We", "You"})
_LETTER = LazyPattern(
    rf"\b(?:{_WHO})\s+(?P<name>[a-z])\b|\b(?P<wearer>wearer)\b|"
    r"\b(?:to|with|from|at|by|and|give[sn]?|gave) (?P<alone>[b-hj-z])\b|^(?P<first>[b-hj-z])\b",
    re.IGNORECASE,
)


def read_actor(text: str) -> str:
    """Returns whom a question names as acting; "c" is the camera wearer in Ego4D's narrations."""
    found = _ACTS.search(text)
    if found is None:
        return ""
    name = " ".join(found["who"].lower().split())
    return "camera wearer" if name in ("c", "wearer") else name


def read_speaker(text: str) -> str:
    """Returns the name of whom a question names as speaking: "Emo" of "when does Emo say so"."""
    found = _SPEAKS.search(text)
    return found["who"] if found and found["who"] not in _NO_NAMES else ""


def by_another(actor: str, text: str) -> bool:
    """Whether a caption begins with another actor that it names than the one asked about."""
    return bool(actor) and actor_of(text) not in ("", actor)


def actor_of(text: str) -> str:
    """Returns whom a caption begins with by name, such as "man x"; empty where it names nobody."""
    found = _ACTOR.match(text)
    return " ".join(found["who"].lower().split()) if found else ""


def behind_actor(text: str) -> str:
    """Returns a caption without whom it begins with by name."""
    found = _ACTOR.match(text)
    return text[found.end() :] if found else text


def of_others(query: str, text: str, *, needed: bool = False) -> bool:
    """Whether a text names people by letters, but not all of those whom a query names.

    Args:
        query: What is looked for.
        text: What is told.
        needed: Whether a text that names nobody is about others, too.
    """
    asked, told = _letters(query), _letters(text)
    return bool(asked) and bool(told or needed) and not asked <= told


def _letters(text: str) -> frozenset[str]:
    """Returns the letters by which a text names people; the camera wearer is "c"."""
    return frozenset(
        "c" if one["wearer"] else (one["name"] or one["alone"] or one["first"]).lower()
        for one in _LETTER.finditer(text)
    )
