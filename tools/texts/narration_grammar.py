"""Turns the tags of Ego4D narrations into words.

Ego4D's annotators, and captioners trained on them such as LaViLa, write "#C C opens the tap" of
the person who wears the camera, "#O man X talks to C" of another, and "#unsure" for what they
could not make out (Grauman et al., "Ego4D: Around the World in 3,000 Hours of Egocentric
Video", CVPR 2022).
"""

from __future__ import annotations

import re

from foretell.memory.words.word_book import PREPOSITIONS
from foretell.patterns import LazyPattern
from foretell.tools.texts.text_cleaning import capitalised, one_line

_TAG = LazyPattern(r"(?<![\w#])#(?:\s*(?:C{1,2}|unsure|summary)|[A-Z])\b", re.IGNORECASE)
_SUMMARY = LazyPattern(r"(?<![\w#])#\s*summary\b[\s:.-]*", re.IGNORECASE)
_UNSURE = LazyPattern(r"(?:\b(?:an?|the)\s+)?(?<![\w#])#\s*unsure\b", re.IGNORECASE)
_WEARER = LazyPattern(
    r"(?<![\w#])#\s*C{1,2}\b(?:\s+C\b)*(?:\s+(?P<verb>(?-i:[A-Z][a-z]+)))?", re.IGNORECASE
)
_OTHER = LazyPattern(
    r"(?<![\w#])#[ABD-Z]\b(?P<again>(?:\s+O\b)*)\s*(?:"
    r"(?:(?:an?|the)\s+)?(?P<noun>[a-z]{2,})\s+(?P<label>(?-i:[A-Z]|[b-z]))\b"
    r"|(?P<letter>(?-i:[B-Z]|[b-z]))\b"
    r"|(?=(?P<next>\w*)))",
    re.IGNORECASE,
)
_LATER_C = LazyPattern(
    rf"\b(and|{'|'.join(sorted(PREPOSITIONS))}|[a-z]{{2,}}s)"
    r"\s+(?:the\s+)?(?:person\s+)?C\b"
)


def readable_narration(narration: str) -> str:
    """Returns a narration in plain words, on one line.

    "#C C opens the tap." becomes "The camera wearer opens the tap", "#O A man X talks to C"
    becomes "Man X talks to the camera wearer", and "#unsure" becomes "something". Text without
    such tags is only put on one line, so that a second call changes nothing.
    """
    line = one_line(narration)
    if _TAG.search(line) is None:
        return line
    line = _UNSURE.sub("something", _SUMMARY.sub("", line))
    line = _OTHER.sub(_other, _WEARER.sub(_wearer, line))
    line = " ".join(_LATER_C.sub(r"\1 the camera wearer", line).split()).rstrip(" .")
    return readable_narration(capitalised(line))


def _wearer(tag: re.Match[str]) -> str:
    verb = tag["verb"]
    return f"the camera wearer {verb.lower()}" if verb else "the camera wearer"


def _other(tag: re.Match[str]) -> str:
    if tag["noun"]:
        return f"{tag['noun'].lower()} {tag['label'].upper()}"
    if tag["letter"]:
        return f"person {tag['letter'].upper()}"
    follows = tag["next"]
    is_verb = not follows or follows.endswith("s")
    return "another person " if tag["again"] or is_verb else ""
