"""Reads which choice a reply in free words names, or that it names none."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from foretell.memory.words.word_book import NEGATIONS
from foretell.patterns import LazyPattern
from foretell.tools.texts.text_cleaning import one_line

LETTERED = len(string.ascii_uppercase)
"""Most choices that are told apart by letters; more have numbers."""

_FROM_ZERO = LazyPattern(r"""["']pred(?:iction)?["']\s*:\s*["']?(\d+)(?:\.0+)?(?![\d.])""")
_BOXED = LazyPattern(r"\\boxed\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_MARKUP = LazyPattern(r"\\[a-zA-Z]+|[{}$]")
_MOST_DIGITS = 9
"""Digits of a number that may be a choice; no list is longer."""
_GAP = r"[\s*_:=\"'`>#~\uff1a-]"
_FILLER = (
    r"(?:is|are|be|was|would|should|to|the|this|that|question|above|number|letter|answer|correct|"
    r"option|choice|right|best|most|likely|final|therefore|indeed|clearly|probably|es|est|ist|la|"
    r"le|el|die|der|correcta|bonne|richtige|opci\u00f3n)\b|[\u662f\u4e3a\u70ba\u9009\u9078\u306f]"
)
_TO_LABEL = rf"(?:{_GAP}|{_FILLER})*"
_STRONG = LazyPattern(
    r"(?:answers?|choice|choos(?:e|ing)|chose|select(?:ed|ion)?|pick(?:ed)?|go(?:ing)? with|"
    r"opt(?:ed)? for|pred(?:iction)?|respuesta|r\u00e9ponse|antwort|risposta|resposta|"
    rf"\u043e\u0442\u0432\u0435\u0442|\u7b54\u6848|\u56de\u7b54|\uc815\ub2f5)(?![a-z]){_TO_LABEL}",
    re.IGNORECASE,
)
_WEAK = LazyPattern(
    rf"\b(?:option|it(?:['\u2019]s|\s+is)|must\s+be|likely|is){_TO_LABEL}", re.IGNORECASE
)
_LINE_START = LazyPattern(r"^[^\w\n(\[]*(?=[\w(\[])", re.MULTILINE)
_LABEL = LazyPattern(
    r"(?P<open>[(\[{<]*)(?:(?P<letter>[A-Za-z])|(?P<number>\d{1,4})(?:\.0+(?![\d.]))?)"
    r"(?![A-Za-z0-9\u00c0-\u024f]|['\u2019][A-Za-z]|\.\d)(?P<close>\s*[)\]}>.:,;!?*\"'`/\u3002]|\s+-|\s*\Z|\s*\n)?"
)
_OTHER_LABEL = LazyPattern(
    r"[\s)\]*]*(?:,|/|&|\bor\b|\band\b|\boder\b|\bou\b)+[\s(\[*]*(?:or\s+|option\s+)?"
    r"(?:[A-Z]|\d{1,3})(?![\w'\u2019])"
)
_SHORT_WORDS = 4
"""Words of a reply in which a lone last letter names a choice."""
_REACH = 40
"""Characters behind a letter within which words of that choice are looked for."""
_NEGATION = LazyPattern(
    rf"\b(?:{'|'.join(sorted(NEGATIONS))}|wrong|incorrect|except)\b|n['\u2019]t\b", re.IGNORECASE
)
_NONE, _SEVERAL = -1, -2


@dataclass(frozen=True, slots=True)
class _Choices:
    """The choices, and their words without case and punctuation."""

    plain: tuple[str, ...]
    first_number: int

    @property
    def reach(self) -> int:
        """How many characters behind a marker may tell a choice."""
        return 2 * max(map(len, self.plain), default=0) + _REACH

    def named(self, text: str) -> int | None:
        """Returns the only choice that `text` is, word for word."""
        found = [index for index, choice in enumerate(self.plain) if choice and choice == text]
        return found[0] if len(found) == 1 else None

    def place(self, label: re.Match[str]) -> int:
        """Returns the choice of a letter or number, `_NONE` where there is none."""
        index = (
            int(label["number"]) - self.first_number
            if label["number"]
            else string.ascii_lowercase.index(label["letter"].lower())
        )
        return index if 0 <= index < len(self.plain) else _NONE


def choice_labels(count: int) -> tuple[str, ...]:
    """Returns what tells choices apart: A, B, C and so on, or 1, 2, 3 where there are many."""
    if count <= LETTERED:
        return tuple(string.ascii_uppercase[:count])
    return tuple(map(str, range(1, count + 1)))


def labelled(choices: Sequence[str]) -> str:
    """Writes one line a choice, its label first."""
    labels = choice_labels(len(choices))
    return "\n".join(
        f"({label}) {one_line(choice)}" for label, choice in zip(labels, choices, strict=True)
    )


def read_choice(reply: str, choices: Sequence[str], *, first_number: int = 1) -> int | None:
    """Returns the place of the choice that a reply names, or None where it names none or several.

    Read are a reply that is a choice word for word; "Answer: C", "the correct option is (C)" and
    their like, in JSON too, of which the last counts; a line that begins with a label, as in
    "C: the boy"; what LaTeX puts into a box; a short reply that ends with a letter; and the only
    choice whose words occur.
    A letter inside a word, an article and a pronoun are no label. Two choices in equal words are
    two choices: a label tells them apart, their words alone do not.

    Args:
        reply: What a model said, without its thoughts.
        choices: What it chose from.
        first_number: The number of the first choice. Under the JSON key "pred" it is 0.
    """
    text = reply.strip()
    if boxed := _BOXED.findall(text):
        text = " ".join(_MARKUP.sub(" ", boxed[-1]).split())
    known = _Choices(tuple(map(_plain, choices)), first_number)
    if (whole := known.named(_plain(text))) is not None:
        return whole
    if zero := _FROM_ZERO.search(text):
        index = int(zero[1]) if len(zero[1]) <= _MOST_DIGITS else len(choices)
        return index if index < len(choices) else None
    for found in (
        list(_marked(_STRONG, text, known))[-1:],
        list(_marked(_WEAK, text, known)),
        list(_line_labels(text, known)),
        list(_last_letter(text, known)),
    ):
        if found:
            return found[0] if len(set(found)) == 1 and found[0] >= 0 else None
    return _in_words(_plain(text), text, known)


def _marked(marker: LazyPattern, text: str, known: _Choices) -> Iterator[int]:
    """Yields what stands after each marker: a choice's words, a label, several, or nothing."""
    for mark in marker.finditer(text):
        after = text[mark.end() : mark.end() + known.reach]
        line = after.split("\n", 1)[0]
        worded = known.named(_plain(line))
        if worded is not None:
            yield worded
        elif label := _LABEL.match(after):
            place = known.place(label)
            if _names_another(label, after):
                yield _SEVERAL
            elif _is_set_off(label) or _is_label(label, line, known, place):
                yield place


def _is_label(label: re.Match[str], line: str, known: _Choices, place: int) -> bool:
    """Whether a letter or number before a word is a label: not "A dog", "C drinks", "3 cups"."""
    written = _plain(line)
    if any(len(choice) > 1 and written.startswith(choice) for choice in known.plain):
        return False
    if label["letter"] and label["letter"] not in "aAI" and label["letter"].isupper():
        return True
    rest = _plain(line[label.end() :])
    return place >= 0 and bool(known.plain[place]) and rest.startswith(known.plain[place])


def _line_labels(text: str, known: _Choices) -> Iterator[int]:
    """Yields the labels that lines begin with, set off from what follows."""
    for start in _LINE_START.finditer(text):
        label = _LABEL.match(text, start.end())
        if label and _is_set_off(label):
            place = known.place(label)
            if place >= 0 or label["letter"]:
                yield _SEVERAL if _names_another(label, text) else place


def _is_set_off(label: re.Match[str]) -> bool:
    """Whether a label stands in brackets, or before punctuation or an end."""
    return bool(label["open"]) or label["close"] is not None


def _names_another(label: re.Match[str], text: str) -> bool:
    """Whether another label stands beside this one, as in "B or C"."""
    return bool(_OTHER_LABEL.match(text, label.end("number" if label["number"] else "letter")))


def _last_letter(text: str, known: _Choices) -> Iterator[int]:
    """Yields the letters of a reply of few words that ends with one."""
    words = text.split()
    if len(words) > _SHORT_WORDS or _NEGATION.search(text):
        return
    letters = re.findall(r"(?<![A-Za-z0-9\u00c0-\u024f'])[A-Z](?![A-Za-z0-9\u00c0-\u024f'])", text)
    if letters and re.search(rf"{letters[-1]}\W*\Z", text):
        for letter in letters:
            index = string.ascii_uppercase.index(letter)
            yield index if index < len(known.plain) else _NONE


def _in_words(reply: str, text: str, known: _Choices) -> int | None:
    """Returns the only choice whose words occur, where nothing is denied."""
    found = {
        index: choice
        for index, choice in enumerate(known.plain)
        if choice and _occurs(choice, reply)
    }
    longest = [
        index
        for index, choice in found.items()
        if not any(choice != other and _occurs(choice, other) for other in found.values())
    ]
    if len(longest) != 1:
        return None
    before = reply[: reply.find(found[longest[0]])]
    return None if _NEGATION.search(" ".join(before.split()[-3:])) else longest[0]


def _occurs(choice: str, reply: str) -> bool:
    if not choice.isascii():
        return choice in reply
    if len(choice) < 3:
        return reply.startswith(f"{choice} ")
    return f" {choice} " in f" {reply} "


def _plain(text: str) -> str:
    """Returns words and symbols in lower case, without punctuation."""
    folded = text.casefold()
    return " ".join(folded.translate({ord(c): " " for c in set(folded) if _parts_words(c)}).split())


def _parts_words(character: str) -> bool:
    """Whether a character is punctuation, or shows nothing."""
    return unicodedata.category(character)[0] in "PC"
