"""The rules of English inflection: what a word may be a form of, and which verb a form belongs to.

The caller of `base_forms` looks the forms up in a vocabulary, so a form that is no word does no
harm. `base_form` and the readers of verbs give the one likeliest form, that of a known verb first.
"""

from __future__ import annotations

from functools import lru_cache

from foretell.memory.words.word_book import IRREGULAR, PARTICIPLES, PASTS, VERBS, word_set
from foretell.patterns import LazyPattern

_SHORTEST = 3
"""Letters of the shortest word that an inflection is traced to."""
_ENDINGS = (
    ("ies", ("y", "ie")),
    ("ves", ("f", "fe", "ve")),
    ("es", ("e", "")),
    ("s", ("",)),
    ("ied", ("y",)),
    ("ed", ("", "e")),
    ("ing", ("", "e")),
)
_NO_PARTICIPLES = word_set(
    """
    bed biped breed exceed feed greed hundred indeed kindred naked need proceed red reed seed shed
    sled speed steed succeed weed wicked
    """
)
_NO_GERUNDS = word_set(
    """
    anything bring ceiling cling darling during earring evening everything fling icing king
    lightning morning nothing pudding ring shilling sibling sling something spring sting string
    swing thing wing wring
    """
)
"""Words in "ing" that are no form of a verb; the verbs among them have an "ing" of their own."""
_ROOT_WITHOUT_E = LazyPattern(
    r"(?:[cuvz]"  # slic-, continu-, mov-, squeez-
    r"|(?:[aeiou]|[lnpr])s"  # clos-, rins-
    r"|(?:[dlr]|an|[aeiou])g"  # nudg-, merg-, chang-, manag-
    r"|[bcdfgkptz]l"  # sprinkl-
    r"|^[^aeiou]*(?:[aeiou]|qui)[bdfgklmnprt]"  # tak-, writ-, quot-: else the root would be doubled
    r"|[aeiouy][^aeiou]+(?:a[bdkmprt]|i[dnpr]|o[dr]|u[dlmrt]))$"  # decorat-, prepar-, examin-
)
"""How a root ends whose verb has an "e" more."""
_IS_DOUBLED = LazyPattern(r"^[^aeiou]*(?:[aeiou]|qui)[bdfgklmnprt]$|(?:^be|for)g[ei][nt]$")
_ENDS_IN_A_Y = LazyPattern(r"[^aeiou]y$")
_THIRD_PERSONS = {"be": "is", "do": "does", "have": "has"}


@lru_cache(maxsize=1 << 14)
def base_forms(word: str) -> tuple[str, ...]:
    """Returns `word` in lower case and what it may be an inflection of, the likelier first.

    The last form is the word with an "s", for a plural that has no singular ("scissor").
    """
    word = word.lower()
    forms = [word, *IRREGULAR.get(word, ())]
    for ending, replacements in _ENDINGS:
        if word.endswith(ending) and not word.endswith("ss"):
            root = word.removesuffix(ending)
            forms += [root + replacement for replacement in replacements]
            if ending in ("ed", "ing") and root[-1:] == root[-2:-1]:
                forms.append(root[:-1])
    kept = [form for form in forms[1:] if len(form) >= _SHORTEST]
    return tuple(dict.fromkeys([word, *kept, word + "s"]))


@lru_cache(maxsize=1 << 14)
def base_form(word: str) -> str:
    """Returns the likeliest base form of a word: "take" of "taken", "knife" of "knives"."""
    word = word.lower().removesuffix("'s")
    if word in IRREGULAR:
        return IRREGULAR[word][0]
    if is_gerund(word):
        return _verb_of(word.removesuffix("ing"))
    if word not in VERBS and _is_regular_participle(word):
        return _of_participle(word)
    return word if word in VERBS else _singular(word)


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """Returns what all inflections of a word share: "pour" of "pouring", "plac" of "places"."""
    base = base_form(word).removesuffix("e")
    return f"{base[:-1]}i" if base.endswith("y") and len(base) >= _SHORTEST else base


def is_gerund(word: str) -> bool:
    """Whether a word is spelt like a verb in "ing"."""
    root = word.removesuffix("ing")
    return root != word and word not in _NO_GERUNDS and _has_vowel(root)


def participle_verb(word: str) -> str | None:
    """Returns the verb whose past participle a word is spelt like, or None: "take" of "taken"."""
    if word in PARTICIPLES:
        return PARTICIPLES[word][0]
    return _of_participle(word) if _is_regular_participle(word) else None


def finite_verb(word: str) -> str | None:
    """Returns the known verb whose present or past tense a word is, or None."""
    if word in PASTS:
        return PASTS[word][0]
    if _is_regular_participle(word):
        verb = _of_participle(word)
    else:
        verb = _singular(word) if word.endswith("s") else word
    return verb if verb in VERBS else None


def third_person(verb: str) -> str:
    """Returns the form for "he", "she" and "it": "takes", "carries up"."""
    first, _, particle = verb.partition(" ")
    if first in _THIRD_PERSONS:
        form = _THIRD_PERSONS[first]
    elif first.endswith(("s", "x", "z", "ch", "sh", "o")):
        form = f"{first}es"
    else:
        form = f"{first[:-1]}ies" if _ENDS_IN_A_Y.search(first) else f"{first}s"
    return f"{form} {particle}".strip()


def gerund(verb: str) -> str:
    """Returns the form in "ing": "taking", "chopping up"."""
    first, _, particle = verb.partition(" ")
    if first.endswith("ie"):
        root = f"{first[:-2]}y"
    elif first.endswith("e") and not first.endswith(("be", "ee", "oe", "ye")):
        root = first[:-1]
    else:
        root = f"{first}{first[-1]}" if _IS_DOUBLED.search(first) else first
    return f"{root}ing {particle}".strip()


def _is_regular_participle(word: str) -> bool:
    return word.endswith("ed") and word not in _NO_PARTICIPLES and _has_vowel(word[:-2])


def _of_participle(word: str) -> str:
    if word.endswith("ied"):
        return _with_y(word.removesuffix("ied"))
    root = word.removesuffix("ed")
    return f"{root}e" if root.endswith("e") else _verb_of(root)


def _verb_of(root: str) -> str:
    """Returns the verb of what stands before "ing" or "ed": "take" of "tak", "chop" of "chopp"."""
    if root[-1:] == root[-2:-1]:
        single = root[:-1]
        doubles = root in VERBS or (root[-1] in "flsz" and single not in VERBS)
        return root if doubles or root.endswith("ee") else single
    lost = _ROOT_WITHOUT_E.search(root) is not None
    likelier, other = (f"{root}e", root) if lost else (root, f"{root}e")
    return other if other in VERBS and likelier not in VERBS else likelier


def _with_y(root: str) -> str:
    return f"{root}ie" if len(root) == 1 or f"{root}ie" in VERBS else f"{root}y"


def _singular(word: str) -> str:
    """Removes the "s" of a plural or a third person."""
    if word.removesuffix("s") in VERBS:
        return word.removesuffix("s")
    if word.endswith("ies"):
        return _with_y(word.removesuffix("ies"))
    if not word.endswith("s") or word.endswith(("ss", "us", "is")) or len(word) <= _SHORTEST:
        return word
    root = word.removesuffix("es")
    if root in VERBS or root.endswith(("ss", "zz", "x", "ch", "sh", "to")):
        return root
    return word.removesuffix("s")


def _has_vowel(root: str) -> bool:
    return any(letter in "aeiouy" for letter in root)
