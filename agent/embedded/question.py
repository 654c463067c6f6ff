"""Reads what a question asks for, without a language model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from foretell.types import Interval

QuestionKind = Literal["when", "count", "yes_no", "why", "what", "overview", "forecast", "plan"]
Relation = Literal["at", "before", "after", "during", "first", "last"]
_PREFIX = re.compile(
    r"^(?:please|can you|could you|tell me|show me|do you know|and|so|ok|okay|then|now)[,:]?\s+",
    re.IGNORECASE,
)
_OVERVIEW = re.compile(
    r"\b(?:summar\w*|overview|overall|main (?:events?|steps?|activit\w*)|"
    r"what(?:'s| is) (?:this|the|it) (?:video|clip|recording)? ?(?:about|showing)|"
    r"what (?:happens|is happening|happened|goes on|is going on)(?: in (?:the|this|it)\b.*)?\??$|"
    r"describe (?:the|this) (?:video|clip|recording))",
    re.IGNORECASE,
)
_FORECAST = re.compile(
    r"^(?:what|which)\b.*\b(?:will|going to|gonna|about to|likely to)\b|"
    r"^(?:predict|anticipate|forecast|foresee)\b",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"^how (?:(?:do|can|could|would|should|shall) (?:i|we|you|one)|to)\b.*?"
    r"\b(?P<deed>(?:get|go|come|make|finish|complete|prepare|cook|bake|build|reach)\b.+)|"
    r"^(?:what|which) (?:are )?(?:the )?(?:\w+ )?steps\b.*?\b(?:to|for|towards)\b (?P<steps>.+)|"
    r"^plan\b (?:the )?(?:steps )?(?:(?:to|for|towards) )?(?P<plan>.+)",
    re.IGNORECASE,
)
_ON_THE_WAY = re.compile(
    r"^(?:get|go|come)\b.*?\bto\b ?|,? (?:from|out of|with) (?:here|there|this|that|these|now)$",
    re.IGNORECASE,
)
_COUNT = re.compile(r"^(?:how many|how often|count)\b", re.IGNORECASE)
_WHEN = re.compile(
    r"^(?:when|at what (?:time|moment|point|second)|what time|where in the video|"
    r"in which (?:part|scene)|from when|until when|find)\b",
    re.IGNORECASE,
)
_WHY = re.compile(r"^(?:why|what is the (?:reason|purpose)|for what)\b", re.IGNORECASE)
_YES_NO = re.compile(
    r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)\b", re.IGNORECASE
)
_CLOCK = r"(?:(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d+)?)|(\d+(?:\.\d+)?)\s*(?:s|sec|secs|seconds?)\b)"
_AT_TIME = re.compile(rf"\b(?:at|around|near|about)\s+(?:second\s+)?{_CLOCK}", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\b(?:between|from)\s+(?P<a>[\d:.]+)\s*(?:s|sec|seconds)?\s*(?:and|to|until|-|\N{EN DASH})\s*"
    r"(?P<b>[\d:.]+)\s*(?:s|sec|seconds)?\b",
    re.IGNORECASE,
)
_RELATION = re.compile(
    r"(?:\b(?:right|just|immediately|directly|shortly|soon)\s+)?"
    r"\b(?P<word>before|prior to|after|once|following|while|during|when|as soon as|until)\b"
    r"\s+(?P<anchor>.+)$",
    re.IGNORECASE,
)
_RELATIONS: dict[str, Relation] = {
    "before": "before",
    "prior to": "before",
    "until": "before",
    "after": "after",
    "once": "after",
    "following": "after",
    "as soon as": "after",
    "while": "during",
    "during": "during",
    "when": "during",
}
_ORDINAL = re.compile(r"\b(?P<word>first|last|final|finally)\b", re.IGNORECASE)
_ENDS = re.compile(
    r"\bat the (?P<word>start|beginning|end)\b(?: of the (?:video|clip))?|"
    r"\bhow does (?:the|this) (?:video|clip) (?P<verb>start|begin|end)",
    re.IGNORECASE,
)
_PRONOUN_ANCHOR = re.compile(r"^(?:that|this|it|then|those|these)\b[?.!]*$", re.IGNORECASE)
_NEXT = re.compile(r"\b(?:next|then|afterwards?|after that|later)\b", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:at what (?:time|moment|point|second)|what time|how many(?: times)?|how often|how long|"
    r"what|who|whom|whose|which|where|how|when|why|find)\b\s*"
    r"(?:(?:kind|sort|type|colou?r) of\b\s*)?"
    r"(?:(?:is|are|was|were|do|does|did|has|have|had|can|will|should|must)\b\s*)?",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)\s+", re.IGNORECASE
)
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


@dataclass(frozen=True, slots=True)
class Question:
    """What a question asks for.

    Attributes:
        text: The question as asked.
        kind: What sort of answer is wanted.
        focus: The words to look for, without the question's own words; may be empty.
        anchor: The other moment that the question names ("after opening the tap"), or empty.
        relation: How the answer stands to the anchor in time, or None.
        within: The time that the question names, or None.
        follows_up: Whether the anchor is what was spoken of before ("and after that?").
    """

    text: str
    kind: QuestionKind
    focus: str
    anchor: str = ""
    relation: Relation | None = None
    within: Interval | None = None
    follows_up: bool = False

    @property
    def sentence(self) -> str:
        """The words that tell most of what is looked for."""
        return self.text if self.relation is None else self.focus


def read_question(text: str) -> Question:
    """Gives what `text` asks for; anything not understood is a "what" about all its words."""
    bare = text.strip().rstrip("?!. ")
    while (stripped := _PREFIX.sub("", bare)) != bare:
        bare = stripped
    within = _time_named(bare)
    if within is not None:
        bare_without_time = _BETWEEN.sub("", _AT_TIME.sub("", bare)).strip()
        focus = _focus(bare_without_time)
        return Question(text, _kind(bare), focus, relation="at", within=within)
    if _FORECAST.search(bare) and not _RELATION.search(bare):
        return Question(text, "forecast", "")
    if (plan := _PLAN.search(bare)) and not _RELATION.search(bare):
        return Question(text, "plan", _ON_THE_WAY.sub("", plan[plan.lastgroup or 0]).strip())
    head, anchor, relation, follows_up = _split_relation(bare)
    if relation is None and _OVERVIEW.search(bare):
        return Question(text, "overview", "")
    if relation is None and (ends := _ENDS.search(bare)):
        word = (ends["word"] or ends["verb"]).lower()
        relation, head = ("last" if word == "end" else "first"), _ENDS.sub("", bare).strip()
    elif relation is None and (ordinal := _ORDINAL.search(head)):
        relation = "first" if ordinal["word"].lower() == "first" else "last"
        head = _ORDINAL.sub("", head)
    return Question(text, _kind(bare), _focus(head), anchor, relation, None, follows_up)


def _kind(bare: str) -> QuestionKind:
    """Names the sort of answer by how the question begins."""
    patterns: tuple[tuple[re.Pattern[str], QuestionKind], ...] = (
        (_COUNT, "count"),
        (_WHEN, "when"),
        (_WHY, "why"),
        (_YES_NO, "yes_no"),
    )
    for pattern, kind in patterns:
        if pattern.search(bare):
            return kind
    return "what"


def _split_relation(bare: str) -> tuple[str, str, Relation | None, bool]:
    """Gives (head, anchor, relation, whether the anchor was spoken of before)."""
    asks_when = bare[:5].lower() == "when "
    match = _RELATION.search(bare, 5 if asks_when else 0)
    if match:
        relation = _RELATIONS[match["word"].lower()]
        anchor = match["anchor"].strip(" ,")
        if match.start() == 0 and "," in anchor:  # "After the tap opens, what happens?"
            anchor, head = (part.strip() for part in anchor.split(",", 1))
        else:
            head = bare[: match.start()].strip(" ,")
        if _PRONOUN_ANCHOR.match(anchor):
            return head, "", relation, True
        return head, anchor, relation, False
    if _NEXT.search(bare):
        return _NEXT.sub("", bare).strip(), "", "after", True
    return bare, "", None, False


def _focus(head: str) -> str:
    """Leaves the words to look for."""
    focus = _LEAD.sub("", head, count=1) if _LEAD.match(head) else _AUXILIARY.sub("", head)
    return re.sub(r"\s+", " ", focus).strip(" ,?")


def _time_named(bare: str) -> Interval | None:
    """Gives the interval that the question names in numbers, if it names one."""
    if match := _BETWEEN.search(bare):
        a, b = _seconds(match["a"]), _seconds(match["b"])
        if a is not None and b is not None:
            return Interval(min(a, b), max(a, b))
    if match := _AT_TIME.search(bare):
        hours, minutes, seconds, plain = match.groups()
        if plain is not None:
            at = float(plain)
        else:
            at = int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
        return Interval(max(0.0, at - 1.0), at + 1.0)
    return None


def _seconds(clock: str) -> float | None:
    """Reads "75", "1:15" or "0:01:15.5"; None where it is none of them."""
    try:
        parts = [float(part) for part in clock.split(":")]
    except ValueError:
        return None
    return sum(part * 60.0**power for power, part in enumerate(reversed(parts)))


def detail_asked(question: str) -> Detail | None:
    """Gives the detail that a question asks for: a colour, how many there are, or where."""
    return next((detail for detail, asked in _ASKED.items() if asked.search(question)), None)


def thing_asked(focus: str) -> str:
    """Leaves the words for what a detail is asked of."""
    return " ".join(re.sub(r"\bcolou?rs?\b", " ", focus, flags=re.IGNORECASE).split())


def tells(detail: Detail, text: str) -> bool:
    """Whether a word of a text is such a detail, of whatever thing."""
    return _TOLD[detail].search(text) is not None
