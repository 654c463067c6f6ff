"""The base forms that an English word may be an inflection of: "slices" of slice, "feet" of foot.

Small on purpose: rules for regular endings and the irregular words of everyday activity. The
caller looks the forms up in a vocabulary, so a form that is no word does no harm.
"""

from __future__ import annotations

from functools import lru_cache

_SHORTEST = 3
"""Letters of the shortest word that an inflection is traced to."""
_IRREGULAR = {
    "ate": "eat", "bent": "bend", "broke": "break", "broken": "break", "brought": "bring",
    "caught": "catch", "children": "child", "dealt": "deal", "drank": "drink", "drawn": "draw",
    "drew": "draw", "driven": "drive", "drove": "drive", "dug": "dig", "dying": "dye",
    "eaten": "eat", "fed": "feed", "feet": "foot", "gave": "give", "given": "give", "got": "get",
    "ground": "grind", "held": "hold", "hidden": "hide", "hung": "hang", "kept": "keep",
    "knelt": "kneel", "laid": "lay", "lit": "light", "made": "make", "men": "man", "mice": "mouse",
    "people": "person", "ran": "run", "ridden": "ride", "rode": "ride", "sat": "sit",
    "sewn": "sew", "shaken": "shake", "shook": "shake", "slid": "slide", "spread": "spread",
    "spun": "spin", "stood": "stand", "stuck": "stick", "swept": "sweep", "swung": "swing",
    "taken": "take", "teeth": "tooth", "threw": "throw", "thrown": "throw", "took": "take",
    "tore": "tear", "torn": "tear", "tying": "tie", "untying": "untie", "women": "woman",
    "wore": "wear", "worn": "wear", "wound": "wind", "wove": "weave", "woven": "weave",
    "written": "write", "wrote": "write",
}  # fmt: skip
_ENDINGS = (
    ("ies", ("y", "ie")),
    ("ves", ("f", "fe", "ve")),
    ("es", ("e", "")),
    ("s", ("",)),
    ("ied", ("y",)),
    ("ed", ("", "e")),
    ("ing", ("", "e")),
)


@lru_cache(maxsize=1 << 14)
def base_forms(word: str) -> tuple[str, ...]:
    """Gives `word` in lower case and what it may be an inflection of, the likelier first.

    The last form is the word with an "s", for a plural that has no singular ("scissor").
    """
    word = word.lower()
    forms = [word]
    if word in _IRREGULAR:
        forms.append(_IRREGULAR[word])
    for ending, replacements in _ENDINGS:
        if word.endswith(ending) and not word.endswith("ss"):
            root = word.removesuffix(ending)
            forms += [root + replacement for replacement in replacements]
            if ending in ("ed", "ing") and root[-1:] == root[-2:-1]:
                forms.append(root[:-1])
    kept = [form for form in forms[1:] if len(form) >= _SHORTEST]
    return tuple(dict.fromkeys([word, *kept, word + "s"]))
