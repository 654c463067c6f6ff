"""Tells words once that subtitles and a transcriber both tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from foretell.patterns import LazyPattern
from foretell.types import Event, Interval

_NEAR_SECONDS = 2.0
"""How far from its words a subtitle may stand: they are shown early, and stay for reading."""
_ALIKE = 0.75
"""Share of an utterance's words that subtitles tell in the same order, from which it is the same;
a transcriber mishears one word of four, and other words at that time have less than half."""
_WORDS = LazyPattern(r"\w+")


def not_in_subtitles(said: Iterable[Event], subtitles: Sequence[Event]) -> list[Event]:
    """Returns the utterances of a transcriber that subtitles do not tell at that time."""
    return [one for one in said if not _is_told(one, subtitles)]


def _is_told(one: Event, subtitles: Sequence[Event]) -> bool:
    from rapidfuzz.distance import LCSseq

    words = _words(one.text)
    reach = Interval(one.interval.start - _NEAR_SECONDS, one.interval.end + _NEAR_SECONDS)
    near = [cue for cue in subtitles if cue.interval.overlaps(reach)]
    shown = [word for cue in near for word in _words(cue.text)]
    return bool(words) and LCSseq.similarity(words, shown) >= _ALIKE * len(words)


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.lower())
