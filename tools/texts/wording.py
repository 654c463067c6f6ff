"""Everyday English as far as it is known without a model: content words, stems and synonyms."""

from __future__ import annotations

import re

_FUNCTION_WORDS = """
    a about actually all also always an and another any anybody anyone anything are around as at
    be been being both but by camera can clip could did do does doing done during each else ever
    every exactly for from give gets get go goes going had happen happened happening happens has
    have he her here hers him his how i if in into is it its just kind kinds least left like lot
    main man many me moment must more most much my of off on one only or other others our out over
    part people person please point right s scene say second seconds see seen shall she should show
    shown shows so some somebody someone something sort still subject such than that the their them
    then there these they thing things this those through time times to too try under up user very
    video want wants was watch way wearer were what when where which while who whole whom whose why
    will with woman would yet you your
"""
_STOPWORDS = frozenset(_FUNCTION_WORDS.split())
_IRREGULAR = {
    "ate": "eat", "began": "begin", "bought": "buy", "broke": "break", "brought": "bring",
    "came": "come", "caught": "catch", "drank": "drink", "drove": "drive", "fell": "fall",
    "found": "find", "gave": "give", "held": "hold", "knives": "knife", "laid": "lay",
    "leaves": "leave", "left": "leave", "lit": "light", "made": "make", "ran": "run",
    "sang": "sing", "sat": "sit", "shelves": "shelf", "shook": "shake", "stood": "stand",
    "threw": "throw", "took": "take", "went": "go", "wore": "wear", "wrote": "write",
}  # fmt: skip
_SYNONYMS = (
    "pick take grab lift collect fetch get",
    "put place set lay",
    "close shut",
    "open unscrew uncover",
    "arrive come enter appear visit",
    "leave exit depart disappear",
    "fridge refrigerator",
    "tap faucet",
    "cup mug",
    "bin trash garbage dustbin",
    "cut chop slice dice",
    "stir mix whisk blend",
    "wash rinse clean",
    "throw toss discard",
    "turn rotate flip",
    "talk speak say tell",
    "look watch stare gaze",
    "stove cooker hob",
    "pan skillet",
    "mobile phone smartphone cellphone",
    "empty nobody",
    "begin start",
    "end finish stop",
)
_GROUPS = {word: group.split()[0] for group in _SYNONYMS for word in group.split()}
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


def words(text: str) -> list[str]:
    """Gives the words of `text` in lower case."""
    return [word.lower() for word in _WORD.findall(text)]


def content_words(text: str) -> tuple[str, ...]:
    """Gives the words of `text` that carry its meaning, in lower case, each once."""
    return tuple(dict.fromkeys(word for word in words(text) if word not in _STOPWORDS))


def stem(word: str) -> str:
    """Gives the form that `word` shares with its inflections, such as "pour" for "pouring"."""
    word = word.lower().removesuffix("'s")
    if word in _IRREGULAR:
        word = _IRREGULAR[word]
    for suffix in ("ing", "ed", "es", "s"):
        root = word.removesuffix(suffix)
        if root != word and len(root) >= 3 and not (suffix == "s" and root.endswith("s")):
            return _undouble(root) if suffix in ("ing", "ed") else root.removesuffix("e")
    return word.removesuffix("e")


def meaning(word: str) -> str:
    """Gives what `word` shares with its inflections and its everyday synonyms."""
    return _BY_STEM.get(stem(word), stem(word))


def _undouble(root: str) -> str:
    """Turns "chopp" into "chop", and "plac" stays the stem of "place"."""
    if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "ls":
        return root[:-1]
    return root


_BY_STEM = {stem(word): stem(group) for word, group in _GROUPS.items()}
