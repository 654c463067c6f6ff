"""Details that a question may ask for, and that a line of text often leaves out."""

from __future__ import annotations

import re
from typing import Literal

Detail = Literal["colour", "number", "place"]

_ASKED: dict[Detail, re.Pattern[str]] = {
    "colour": re.compile(r"\b(?:what|which)\b.*\bcolou?rs?\b", re.IGNORECASE),
    "number": re.compile(r"\bhow many\b(?! times\b)", re.IGNORECASE),
    "place": re.compile(r"\bwhere\b(?! in the (?:video|clip)\b)", re.IGNORECASE),
}
_TOLD: dict[Detail, re.Pattern[str]] = {
    "colour": re.compile(
        r"\b(?:beige|black|blu(?:e|ish)|blond|brown|colou?rless|cyan|gold(?:en)?|gr[ae]y|green|"
        r"magenta|maroon|orange|pink|purple|red|silver|tan|teal|turquoise|violet|white|yellow)\b",
        re.IGNORECASE,
    ),
    "number": re.compile(
        r"\d|\b(?:no|none|nobody|one|two|both|pair|three|four|five|six|seven|eight|nine|ten|"
        r"eleven|twelve|dozen|twenty|thirty|forty|fifty|hundred)\b",
        re.IGNORECASE,
    ),
    "place": re.compile(
        r"\b(?:above|across|against|among|around|at|behind|below|beneath|beside|between|by|from|"
        r"in|indoors|inside|into|left|near|next|off|on|onto|opposite|outdoors|outside|over|right|"
        r"under|underneath|upon|upstairs|downstairs|within)\b",
        re.IGNORECASE,
    ),
}


def detail_asked(question: str) -> Detail | None:
    """Gives the detail that a question asks for: a colour, how many there are, or where."""
    return next((detail for detail, asked in _ASKED.items() if asked.search(question)), None)


def thing_asked(focus: str) -> str:
    """Leaves the words for what a detail is asked of."""
    return " ".join(re.sub(r"\bcolou?rs?\b", " ", focus, flags=re.IGNORECASE).split())


def tells(detail: Detail, text: str) -> bool:
    """Whether a word of a text is such a detail, of whatever thing."""
    return _TOLD[detail].search(text) is not None
