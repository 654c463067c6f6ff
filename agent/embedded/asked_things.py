"""Reads which things a question wants named: "which spices", "what animals", "list the tools"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from foretell.memory.words.kinds import kind_named
from foretell.memory.words.word_book import PREPOSITIONS, word_set
from foretell.memory.words.wording import content_words, words
from foretell.patterns import LazyPattern
from foretell.tools.texts.clauses import Clause
from foretell.tools.texts.sentences import read_phrase

_LIST = LazyPattern(
    r"^(?:please )?(?:list|name|enumerate|tell me|give me)(?: me| us)?(?: all)?(?: of)?"
    r"(?: the| any)? (?P<named>[\w -]+?)(?: (?:that|which|who) (?P<deed>.+))?\W*$",
    re.IGNORECASE,
)
_THERE_VERBS = frozenset({"", "appear", "be", "feature", "have", "involve", "see", "show", "use"})
"""Verbs that ask no more than whether a thing is there."""
_GOING = frozenset({"come", "enter", "go", "move", "step", "visit", "walk"})
"""Verbs of being somewhere: a room that is told of is one that was gone to."""
_NAME_OF = LazyPattern(r"^(?:the )?(?:names? of )?(?:the |any |some |this |that )?", re.IGNORECASE)
_OF_ANY_KIND = word_set("item items object objects stuff thing things")
_PRONOUNS = word_set("he it she that there they this")


@dataclass(frozen=True, slots=True)
class ThingsAsked:
    """Things that are to be named.

    Attributes:
        kind: Of which kind, such as "spice"; empty where any will do.
        deed: What is done with them, such as "cut"; empty where it is enough that they are there.
        counted: Whether it is asked how many there are.
        by_means: Whether it is asked what is used for the deed.
    """

    kind: str
    deed: str
    counted: bool = False
    by_means: bool = False


def read_things(text: str, clause: Clause) -> ThingsAsked | None:
    """Returns the things that a question wants named; None where it asks for nothing by its kind.

    Args:
        text: The question.
        clause: The same without its time words, read.
    """
    if listed := _LIST.match(text):
        named, deed = listed["named"], read_phrase(f"what {listed['deed'] or ''}").text
    elif clause.asks not in ("what", "which", "how many"):
        return None
    elif clause.thing:
        named, deed = clause.thing, _deed(clause)
    else:
        named, deed = _bare(clause) if clause.verb in ("", "be") else "", ""
    kind, any_kind = kind_named(named), named.lower() in _OF_ANY_KIND and bool(deed)
    if not kind and not any_kind:
        return None
    if kind == "room" and clause.verb.split(" ")[0] in _GOING:
        deed = ""
    by_means = clause.verb == "use" and bool(deed)
    return ThingsAsked(kind, deed, clause.asks == "how many", by_means)


def _bare(clause: Clause) -> str:
    """Returns "sport" of "what is the name of the sport"; nothing of "what is in the bowl"."""
    named = _NAME_OF.sub("", clause.rest)
    return named if PREPOSITIONS.isdisjoint(words(named)) else ""


def _deed(clause: Clause) -> str:
    """Returns what is done with what is asked for, without the verbs that say no more of it."""
    verb = "" if clause.verb in _THERE_VERBS else clause.verb
    rest = " ".join(word for word in clause.rest.split() if word not in _PRONOUNS)
    deed = replace(clause, asks="", thing="", asks_who=False, verb=verb, rest=rest).text
    return deed if content_words(deed) else ""
