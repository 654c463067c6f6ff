"""Follows texts from picture to picture and agrees on one reading of each.

Recognisers waver: one sign is read in several spellings, and a lattice as a word. So the readings
of a text vote letter by letter, as recognisers of speech do in Fiscus, "A post-processing system to
yield reduced word error rates: Recognizer Output Voting Error Reduction (ROVER)", 1997; and what is
short, unsure and not read alike twice is left out.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Indel, Levenshtein

from foretell import ranking
from foretell.tools.screen_text.text_blocks import TextBlock
from foretell.tools.texts.text_cleaning import one_line
from foretell.types import Interval

_SAME_TEXT = 0.8
"""Likeness of two readings in a row, in [0, 1], from which they are of one text."""
_DOUBTFUL_SAME = 0.7
"""Likeness from which a doubtful reading is of a text that was read surely nearby in time."""
_SHORT = 8
"""Letters and digits below which a text needs more than a fair score: no grammar holds it together,
and the mean of few letters' scores says little."""
_SURE = 0.95
"""Score of one reading that a short text is believed by: of 52 right readings none was lower."""
_READ_ALIKE, _SCORE_ALIKE = 2, 0.75
"""Or so many readings letter by letter alike, of this mean score: a sign that slants has 0.83, a
lattice in front of a house 0.72."""
_LONE_SIGN_SAMPLES = 3
"""Samples that a lone letter or digit must stand for, read surely throughout: what passes before a
moving camera is read as an H with a score of 1.00, and gone a second later."""
_FAIR_ONCE, _FAIR_OFTEN = 0.8, 0.7
"""Confidence that a longer text needs, read once and more often."""
_SMALLEST_ERROR = 0.02
"""Added to a reading's chance of error, so that none outvotes all others."""


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text and when it is on show.

    Attributes:
        interval: From the first sample with it to the first without, in seconds.
        text: What the readings agree on.
        confidence: Mean score of its readings times the share of them that agree, in [0, 1].
        samples: How many samples it was on show in.
        readings: How many of them were read, as their pictures had changed.
    """

    interval: Interval
    text: str
    confidence: float
    samples: int
    readings: int


class TextFollower:
    """Follows the texts of a stretch of samples."""

    def __init__(self) -> None:
        self._showing: list[_Track] = []
        self._gone: list[_Track] = []

    def again(self, when: Interval) -> None:
        """Takes a sample that shows what the one before it showed."""
        for track in self._showing:
            track.last(when)

    def add(self, blocks: Iterable[TextBlock], when: Interval) -> None:
        """Takes the blocks that were read in the next sample."""
        left = self._showing
        self._showing = []
        for block in blocks:
            alike = [_likeness(track.best.text, block.text) for track in left]
            if alike and max(alike) >= _SAME_TEXT:
                track = left.pop(ranking.best(alike))
                track.add(block, when)
            else:
                track = _Track(when.start, when.end, block, [block])
            self._showing.append(track)
        self._gone += left

    def texts(self, bridged_seconds: float) -> list[ShownText]:
        """Gives the texts so far in order of their ends, without those that are doubtful.

        A doubtful reading that is like a sure text is of that text. One that comes back within
        `bridged_seconds` was on show between.
        """
        tracks = [*self._gone, *self._showing]
        scores: dict[str, list[float]] = defaultdict(list)
        for track in tracks:
            for block in track.readings:
                scores[block.text.casefold()].append(block.score)
        found = [track.agreed() for track in tracks]
        believed = [_is_sure(one, scores) for one in found]
        sure = list(itertools.compress(found, believed))
        told = [
            one if is_sure else _as_one_of(sure, one)
            for one, is_sure in zip(found, believed, strict=True)
        ]
        return _joined([one for one in told if one is not None], bridged_seconds)


@dataclass(slots=True)
class _Track:
    """Readings of one text in samples that follow each other."""

    start: float
    end: float
    best: TextBlock
    readings: list[TextBlock]
    samples: int = 1

    def add(self, block: TextBlock, when: Interval) -> None:
        """Prolongs it by the next reading."""
        if block.score > self.best.score + ranking.MODEL_PRECISION:
            self.best = block
        self.readings.append(block)
        self.last(when)

    def last(self, when: Interval) -> None:
        """Prolongs it by a sample that shows the same as the one before."""
        self.samples += 1
        self.end = when.end

    def agreed(self) -> ShownText:
        """Gives what the readings agree on."""
        text, share = agreed_text(self.readings)
        mean = sum(block.score for block in self.readings) / len(self.readings)
        interval = Interval(self.start, self.end)
        confidence = min(1.0, mean * share)
        return ShownText(interval, text, confidence, self.samples, len(self.readings))


def agreed_text(readings: Sequence[TextBlock]) -> tuple[str, float]:
    """Gives the text that readings of one text vote for letter by letter, and how far they agree.

    A reading's vote weighs one over its chance of error, 1 - score. All are laid against the one
    with the most weight; a letter that is missing there can be voted in, and one too many out.

    Args:
        readings: One at least.

    Returns:
        The text, and the mean share of the weight that its letters got, in [0, 1].
    """
    weights: dict[str, float] = defaultdict(float)
    for block in readings:
        weights[block.text] += 1.0 / (1.0 - min(1.0, block.score) + _SMALLEST_ERROR)
    spellings = sorted(weights)
    pivot = spellings[ranking.best([weights[spelling] for spelling in spellings])]
    places: list[dict[str, float]] = [defaultdict(float) for _ in range(2 * len(pivot) + 1)]
    for spelling, weight in weights.items():
        for place, written in zip(places, _laid_against(pivot, spelling), strict=True):
            place[written] += weight
    chosen = [_heaviest(place) for place in places]
    total = sum(weights.values())
    shares = [place[written] / total for place, written in zip(places, chosen, strict=True)]
    return one_line("".join(chosen)), sum(shares[1::2]) / max(1, len(pivot))


def _heaviest(place: Mapping[str, float]) -> str:
    """Gives what most weight is for; of equals the longer."""
    written = sorted(place, key=lambda letters: (-len(letters), letters))
    return written[ranking.best([place[letters] for letters in written])]


def _laid_against(pivot: str, spelling: str) -> list[str]:
    """Gives what a spelling has before, at and after each of the N letters of `pivot`, 2 N + 1."""
    written = [""] * (2 * len(pivot) + 1)
    for step in Levenshtein.opcodes(pivot, spelling):
        part = spelling[step.dest_start : step.dest_end]
        if step.tag == "insert":
            written[2 * step.src_start] += part
        else:
            for offset, letter in enumerate(part):
                written[2 * (step.src_start + offset) + 1] = letter
    return written


def _likeness(one: str, other: str) -> float:
    """Gives how alike two texts are in [0, 1]: 0.0 where a digit is another, more or missing.

    "1/5" and "2/5" are two texts; a digit in place of a letter is a slip of the reader.
    """
    alike = Indel.normalized_similarity(one, other, score_cutoff=_DOUBTFUL_SAME)
    return 0.0 if alike and _digits_differ(one, other) else alike


def _digits_differ(one: str, other: str) -> bool:
    for step in Levenshtein.editops(one, other):
        gone = step.tag != "insert" and one[step.src_pos].isdecimal()
        come = step.tag != "delete" and other[step.dest_pos].isdecimal()
        if (gone and come) or ((gone or come) and step.tag != "replace"):
            return True
    return False


def _is_sure(shown: ShownText, scores: Mapping[str, Sequence[float]]) -> bool:
    """Whether a text is believed, given the scores of all readings of the stretch by their text."""
    signs = sum(map(str.isalnum, shown.text))
    if signs >= _SHORT:
        return shown.confidence >= (_FAIR_ONCE if shown.readings == 1 else _FAIR_OFTEN)
    if signs == 1:
        return shown.samples >= _LONE_SIGN_SAMPLES and shown.confidence >= _SURE
    alike = scores.get(shown.text.casefold(), [])
    if len(alike) >= _READ_ALIKE and sum(alike) / len(alike) >= _SCORE_ALIKE:
        return True
    return max(alike, default=0.0) >= _SURE


def _as_one_of(sure: Sequence[ShownText], doubtful: ShownText) -> ShownText | None:
    """Gives a doubtful text the words of the sure one that it is most like; None without one."""
    alike = [_likeness(one.text, doubtful.text) for one in sure]
    if not alike or max(alike) < _DOUBTFUL_SAME:
        return None
    best = ranking.best(alike)
    return replace(
        doubtful, text=sure[best].text, confidence=doubtful.confidence * float(alike[best])
    )


def _joined(texts: Iterable[ShownText], bridged_seconds: float) -> list[ShownText]:
    """Joins what is one text: on show twice at once, or again after a sample that missed it."""
    joined: list[ShownText] = []
    latest: dict[str, int] = {}
    for shown in sorted(texts, key=lambda one: (one.interval, one.text)):
        known = latest.get(shown.text)
        if known is None or shown.interval.start > joined[known].interval.end + bridged_seconds:
            latest[shown.text] = len(joined)
            joined.append(shown)
        else:
            joined[known] = _both(joined[known], shown)
    return sorted(joined, key=lambda one: (one.interval.end, one.interval.start, one.text))


def _both(one: ShownText, other: ShownText) -> ShownText:
    readings = one.readings + other.readings
    certain = one.confidence * one.readings + other.confidence * other.readings
    interval = Interval(one.interval.start, max(one.interval.end, other.interval.end))
    samples = one.samples + other.samples
    return ShownText(interval, one.text, certain / readings, samples, readings)
