"""Chooses among subtitles that say the same: of one language, the fullest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from foretell.patterns import LazyPattern
from foretell.tools.subtitles.cues import Cue
from foretell.types import Event

_WORD = LazyPattern(r"\w+")
_MAIN_SHARE = 0.5
"""A track that says less than half of what the fullest says tells signs only."""
_SAME_SHARE = 0.5
"""Texts that share half of their words are of one language; translations share names only."""
_EQUAL_SHARE = 0.8
"""Texts said to be of two languages are the same where they share nearly all of their words."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Subtitles that may be read.

    Attributes:
        name: What the user knows them by.
        events: What they say.
        language: A code such as "en" or "eng"; empty where it is unknown.
        is_forced: Whether they tell signs and foreign words only.
    """

    name: str
    events: tuple[Event, ...]
    language: str = ""
    is_forced: bool = False

    @property
    def letters(self) -> int:
        """How much they say."""
        return sum(len(event.text) for event in self.events)

    def words(self) -> frozenset[str]:
        """Gives the different words that they say."""
        return frozenset(
            word for event in self.events for word in _WORD.findall(event.text.casefold())
        )


def main_track(tracks: Sequence[Candidate]) -> Candidate | None:
    """Gives the track to read: of the first language that tells more than signs, the fullest.

    Further tracks say the same in other languages, or for the hard of hearing.
    """
    most = max((track.letters for track in tracks), default=0)
    if not most:
        return None
    first = next(track for track in tracks if track.letters >= _MAIN_SHARE * most)
    same = (track for track in tracks if track is first or _is_same(track, first))
    return max(same, key=lambda track: track.letters)


def left_out(candidates: Sequence[Candidate]) -> dict[str, str]:
    """Gives the names of those that need not be read, each with the one that tells as much.

    Of one language, or of the same words, the fullest is read, and of equals the first. What is
    forced is read only where nothing else is.
    """
    kept: list[Candidate] = []
    replaced: dict[str, str] = {}
    told = [one for one in candidates if one.events]
    for one in sorted(told, key=lambda one: (one.is_forced, -one.letters)):
        fuller = next((other for other in kept if one.is_forced or _is_same(one, other)), None)
        if fuller is None:
            kept.append(one)
        else:
            replaced[one.name] = fuller.name
    return replaced


def _is_same(one: Candidate, other: Candidate) -> bool:
    if one.language and one.language == other.language:
        return True
    fewer, more = sorted((one.words(), other.words()), key=len)
    share = len(fewer & more) / len(fewer) if fewer else 1.0
    return share >= (_EQUAL_SHARE if one.language and other.language else _SAME_SHARE)


def of_one_language(cues: Iterable[Cue]) -> tuple[list[Cue], list[str]]:
    """Gives the cues of the first language of a file that says much, and a remark on others."""
    by_language: dict[str, list[Cue]] = {}
    for cue in cues:
        by_language.setdefault(cue.language, []).append(cue)
    sizes = {name: sum(map(len, _lines(told))) for name, told in by_language.items()}
    most = max(sizes.values(), default=0)
    chosen = next((name for name, size in sizes.items() if size >= _MAIN_SHARE * most), None)
    if chosen is None:
        return [], []
    others = [name or "one without a name" for name in by_language if name != chosen]
    said = f"its language {chosen or 'without a name'!r} is read, and not {', '.join(others)}"
    return by_language[chosen], [said] if others else []


def _lines(cues: Iterable[Cue]) -> Iterable[str]:
    return (line for cue in cues for line in cue.lines)
