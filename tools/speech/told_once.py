"""Tells words once that subtitles and a transcriber both tell."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
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
    """Returns the utterances of a transcriber that subtitles do not tell at that time.

    Args:
        said: The utterances.
        subtitles: In order of their starts.
    """
    starts = [cue.interval.start for cue in subtitles]
    longest = max((cue.interval.duration for cue in subtitles), default=0.0)

    def near(one: Event) -> list[Event]:
        reach = Interval(one.interval.start - _NEAR_SECONDS, one.interval.end + _NEAR_SECONDS)
        first, last = bisect_left(starts, reach.start - longest), bisect_right(starts, reach.end)
        return [cue for cue in subtitles[first:last] if cue.interval.overlaps(reach)]

    return [one for one in said if not _is_told(one, near(one))]


def _is_told(one: Event, near: Sequence[Event]) -> bool:
    from rapidfuzz.distance import LCSseq

    words = _words(one.text)
    shown = [word for cue in near for word in _words(cue.text)]
    return bool(words) and LCSseq.similarity(words, shown) >= _ALIKE * len(words)


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.lower())
