"""Reads English questions and statements: what is asked, the clause, the moment that it names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from foretell.memory.words.word_book import AUXILIARIES, QUESTION_WORDS
from foretell.patterns import LazyPattern
from foretell.tools.texts.clauses import Clause, read_adverbial, read_clause, read_statement
from foretell.tools.texts.time_words import TimeWords, read_time_words

_ASKS = "|".join(QUESTION_WORDS)
_ASIDE = LazyPattern(
    r"^(?:please|kindly|and|so|ok|okay|then|now|well|hey|hi|hello)\b[,:]?\s+|"
    r"^(?:can|could|would|will) you(?: please)?\s+(?=tell|show|say|give|describe|list|find|"
    r"explain|summari[sz]e|count|let|predict)|"
    r"^tell\s+(?:me|us)\s*[,:]?\s+(?:about\s+)?|"
    rf"^(?:explain|say)\s+(?=(?:{_ASKS}|if|whether|that)\b)|"
    rf"^show\s+(?:me|us)\s+(?=(?:{_ASKS})\b)|"
    rf"^(?:do|can|could) you (?:know|say|see|tell)\s+(?=(?:{_ASKS}|if|whether|that)\b)|"
    r"^i(?: would)? (?:wonder|like to know|want to know|need to know)\s+|"
    r"^do you (?:think|see)(?: that)?\s+|^is it (?:true|correct|right|the case) that\s+|"
    r"(?<=^what) do you think\b|(?<=^when) do you think\b|(?<=^who) do you think\b",
    re.IGNORECASE,
)
"""What is said to whoever is asked, and not of the video."""
_TAG = LazyPattern(
    rf",\s*(?:{'|'.join(AUXILIARIES)})(?: not)?\s+(?:he|she|it|they|there|we|you|i)\W*$|"
    r",\s*(?:right|correct|or not)\W*$",
    re.IGNORECASE,
)
_CLEFT = LazyPattern(
    rf"^(?P<asks>(?:{_ASKS})\b.*?)?\b(?:is|was) it\b(?P<it>.*?)\s+(?:that|who)\s+", re.IGNORECASE
)
_OF_VIDEO = LazyPattern(
    r"\b(?:in|of|on|within|throughout) (?:the|this) "
    r"(?:video|clip|film|movie|footage|recording|timeline|scene)\b",
    re.IGNORECASE,
)
_CONTRACTIONS = (
    (LazyPattern(r"\bcan(?:'t|not)\b", re.IGNORECASE), "can not"),
    (LazyPattern(r"\bwon't\b", re.IGNORECASE), "will not"),
    (LazyPattern(r"n't\b", re.IGNORECASE), " not"),
    (
        LazyPattern(rf"\b({_ASKS}|he|she|it|that|there|someone|somebody)'s\b", re.IGNORECASE),
        r"\1 is",
    ),
    (LazyPattern(r"'re\b", re.IGNORECASE), " are"),
    (LazyPattern(r"'ve\b", re.IGNORECASE), " have"),
    (LazyPattern(r"'ll\b", re.IGNORECASE), " will"),
    (LazyPattern(r"(?<=i)'d\b", re.IGNORECASE), " would"),
    (LazyPattern(r"(?<=i)'m\b", re.IGNORECASE), " am"),
)
_WORD = LazyPattern(r"[^\W_]+(?:['\-.:][^\W_]+)*'?")
_WHEN = LazyPattern(
    r"^(?:(?:at|in|on|during|from|until|since) )?(?:what|which) (?:time|moment|point|second|part|"
    r"scene|instant|minute)s?\b(?: (?:in|of) (?:the )?time)?|^(?:from|until|since|about) when\b|"
    r"^where in the (?:video|clip|film)\b|^(?:find|locate|show)(?: me| us)? (?:the )?"
    r"(?:moment|part|time|scene|point)s?(?: (?:when|where|that|in which|at which|of))?\b|"
    r"^(?:find|locate)\b(?: me\b| us\b)?(?: when\b)?|^show (?:me|us)\b",
    re.IGNORECASE,
)
_HOW_MUCH = LazyPattern(
    r"^(?:for )?how (?P<much>many times|often|frequently|long|much time|far|fast)\b|"
    r"^(?:count|what is the number of|give the number of) "
    r"(?P<often>(?:the )?times|how often|how many times)?",
    re.IGNORECASE,
)
_OFTEN = ("many times", "often", "frequently")
_KIND_OF = LazyPattern(r"\b(?:kinds?|sorts?|types?) of\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A question or a statement with its time words.

    Attributes:
        clause: What is asked or told.
        anchor: The other moment that it names; None where it names none.
        time: The time words.
    """

    clause: Clause
    anchor: Clause | None
    time: TimeWords

    @property
    def text(self) -> str:
        """The sentence in one form, however it was put.

        For example "what does the person take after opening the fridge".
        """
        parts = [self.clause.question, self.time.order or ""]
        if self.anchor is not None and self.time.relation:
            during = self.time.relation == "during"
            parts += ["while" if during else self.time.relation, self.anchor.statement]
        if self.time.place:
            parts.append(f"at the {self.time.place}")
        return " ".join(part for part in parts if part)


def read_sentence(text: str) -> Sentence:
    """Returns a question or a statement with its clause, its time words and their moment."""
    time = read_time_words(without_asides(text))
    anchor = read_phrase(time.anchor) if time.anchor else None
    clause = read_phrase(time.main)
    if text.rstrip().endswith("?") and not clause.asks and clause.verb:
        clause = replace(clause, asks="yes or no")
    return Sentence(clause, anchor, time)


def read_phrase(text: str) -> Clause:
    """Returns a text without time words in its declarative, active form."""
    bare = _OF_VIDEO.sub("", without_asides(text))
    if cleft := _CLEFT.match(bare):
        bare = f"{cleft['asks'] or ''} {cleft['it'].strip()} {bare[cleft.end() :]}".strip()
        if not cleft["asks"]:
            return replace(read_phrase(bare), asks="yes or no")
    if when := _WHEN.match(bare):
        return replace(read_adverbial(_words(bare[when.end() :])), asks="when")
    much = _HOW_MUCH.match(bare)
    if much and (much["much"] or much["often"]):
        often = much["often"] or much["much"].lower() in _OFTEN
        clause = read_adverbial(_words(bare[much.end() :]))
        return replace(clause, asks="how many times" if often else f"how {much['much'].lower()}")
    if much:
        return replace(read_statement(_words(bare[much.end() :])), asks="how many")
    return read_clause(_words(_KIND_OF.sub("", bare)))


def without_asides(text: str) -> str:
    """Strips what is said to whoever is asked, and expands contractions."""
    bare = " ".join(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())
    for pattern, written in _CONTRACTIONS:
        bare = pattern.sub(written, bare)
    if tag := _TAG.search(bare):
        bare = f"{bare[: tag.start()]}?"
    while (stripped := _ASIDE.sub("", bare, count=1).strip()) not in (bare, ""):
        bare = stripped
    return bare


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
