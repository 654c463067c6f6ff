"""Puts what was measured in a shot into plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foretell import ranking
from foretell.tools.pictures.glances import Picture
from foretell.tools.pictures.picture_measures import (
    COLOURS,
    Shift,
    colour_shares,
    edge_likeness,
    expansion,
    finest_detail,
    luminance,
    shift,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEAST_CHANGE = 0.02
"""Share of changed pixels below which a pair of pictures is not searched for movement outwards."""
_PAIR_SECONDS = 0.45
"""Seconds between two pictures whose shift still can be measured."""
_BLANK_CONTRAST, _BLANK_SHARE = 8.0, 0.8
_BLANK_DETAIL = 12.0
"""Difference of neighbours, of 255, below which a picture has no detail: noise of a black clip has
2, the end of a fade 9, the faintest picture of a terminal 33."""
_LIGHT = ((160.0, "bright, "), (80.0, ""), (45.0, "dim, "), (0.0, "dark, "))
"""From which mean grey level, of 255, a shot is called so."""
_NAMED_SHARE, _MOST_SHARE = 0.2, 0.5
_NAMED_COLOURS = 3
"""Colours named at most; a fourth covers little."""
_STILL_SPEED, _STILL_CHANGE = 0.03, 0.45
_MOVING_SPEED, _MOVING_CHANGE = 0.05, 0.3
_LITTLE, _MUCH = 0.06, 0.25
_PAN_SPEED, _PAN_CONSISTENCY = 0.08, 0.8
_GROWTH = 0.025
"""Share by which the content moves outwards or inwards in a second: on a drive 0.08 in nearly every
pair, before fixed cameras less in nine of ten pairs."""
_SOME_GROWTH, _MUCH_GROWTH = 0.5, 0.75
"""Shares of the pairs: from the first on no camera is steady, from the second it is told how."""
_SAME_EDGES = 0.6
"""Likeness of the edges of two keyframes from which the camera may have stood still between them:
people who pass a fixed camera leave 0.6 and more, 2 s of a drive 0.6 at most."""
_FEWEST_PAIRS = 5
"""Pairs of pictures, a second, from which on movement outwards is told."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What one picture shows, and how the view moved since the one before it.

    Attributes:
        at_seconds: When the picture is shown.
        since_seconds: When the picture before it was shown.
        brightness: Mean grey level, 0 to 255.
        contrast: Standard deviation of the grey levels.
        detail: Largest difference of neighbours in grey levels.
        colours: Share of each of `COLOURS`.
        shift: How the view moved since `since_seconds`; None for the first picture.
        growth: Share by which its content moved outwards since then, where that is a moment ago.
        edges: Likeness of its edges to those then, where that is longer ago.
    """

    at_seconds: float
    since_seconds: float
    brightness: float
    contrast: float
    detail: float
    colours: NDArray[np.float64]
    shift: Shift | None
    growth: float
    edges: float


class PictureMeter:
    """Measures pictures in order of time, a few in each second."""

    _HERTZ = 5

    def __init__(self) -> None:
        self._tick = -1
        self._at = 0.0
        self._grey: NDArray[np.float32] | None = None

    def add(self, picture: Picture) -> Measure | None:
        """Measures a picture; None where the last was measured a moment ago."""
        tick = int(picture.at_seconds * self._HERTZ)
        if tick == self._tick:
            return None
        grey = luminance(picture.rgb)
        moved, growth, edges = None, 0.0, 1.0
        if self._grey is not None:
            moved = shift(self._grey, grey)
            if moved.changed >= _LEAST_CHANGE:
                if picture.at_seconds - self._at <= _PAIR_SECONDS:
                    growth = expansion(self._grey, grey)
                else:
                    edges = edge_likeness(self._grey, grey)
        measure = Measure(
            at_seconds=picture.at_seconds,
            since_seconds=self._at,
            brightness=float(grey.mean()),
            contrast=float(grey.std()),
            detail=finest_detail(grey),
            colours=colour_shares(picture.rgb[::2, ::2]),
            shift=moved,
            growth=growth,
            edges=edges,
        )
        self._tick, self._at, self._grey = tick, picture.at_seconds, grey
        return measure


@dataclass
class ShotDescription:
    """Adds up the measures of one shot and says what they come to.

    Its size does not grow with the shot's length.
    """

    start_seconds: float
    _pictures: int = 0
    _brightness: float = 0.0
    _contrast: float = 0.0
    _detail: float = 0.0
    _colours: list[float] = field(default_factory=lambda: [0.0] * len(COLOURS))
    _pairs: int = 0
    _still: int = 0
    _moving: int = 0
    _outward: int = 0
    _inward: int = 0
    _changed: float = 0.0
    _seconds: float = 0.0
    _right: float = 0.0
    _down: float = 0.0
    _way: float = 0.0

    def add(self, measure: Measure, steady_from: float, steady_until: float) -> None:
        """Takes the next measure, its movement only where no transition brings that about."""
        self._pictures += 1
        self._brightness += measure.brightness
        self._contrast += measure.contrast
        if steady_from <= measure.at_seconds <= steady_until:
            self._detail = max(self._detail, measure.detail)
        self._colours = [a + float(b) for a, b in zip(self._colours, measure.colours, strict=True)]
        if (
            measure.shift is not None
            and steady_from <= measure.since_seconds
            and measure.at_seconds <= steady_until
        ):
            self._add_pair(measure, measure.shift)

    def _add_pair(self, measure: Measure, moved: Shift) -> None:
        seconds = measure.at_seconds - measure.since_seconds
        self._pairs += 1
        self._changed += moved.changed
        if seconds > _PAIR_SECONDS:
            self._still += moved.changed < _STILL_CHANGE and measure.edges >= _SAME_EDGES
            return
        self._outward += measure.growth >= _GROWTH * seconds
        self._inward += measure.growth <= -_GROWTH * seconds
        speed = max(abs(moved.right), abs(moved.down)) / seconds
        self._still += moved.changed < _STILL_CHANGE and speed < _STILL_SPEED
        if moved.changed >= _MOVING_CHANGE and speed >= _MOVING_SPEED:
            self._moving += 1
            self._seconds += seconds
            self._right += moved.right
            self._down += moved.down
            self._way += abs(moved.right) + abs(moved.down)

    def sentences(self) -> list[str]:
        """Gives what can be said of the shot, a claim a sentence; nothing without pictures."""
        if self._pictures == 0:
            return []
        name, share = self._shares()[0]
        plain = self._contrast / self._pictures < _BLANK_CONTRAST and share >= _BLANK_SHARE
        if plain and self._detail < _BLANK_DETAIL:
            return [f"The picture is plain {name} and blank."]
        return [*self._movement(), self._light()]

    def _movement(self) -> list[str]:
        if self._pairs == 0:
            return []
        if self._moving >= 0.5 * self._pairs:
            return [self._camera_path()]
        if self._moving >= 0.15 * self._pairs:
            return ["The camera moves at times."]
        for grown, path in (
            (self._outward, "forward or zooms in"),
            (self._inward, "backward or zooms out"),
        ):
            if grown >= max(_FEWEST_PAIRS, _MUCH_GROWTH * self._pairs):
                return [f"The camera moves {path}."]
        growing = max(self._outward, self._inward) >= _SOME_GROWTH * self._pairs
        if growing or self._still < 0.75 * self._pairs:
            return []
        changed = self._changed / self._pairs
        amount = "little" if changed < _LITTLE else "some" if changed < _MUCH else "much"
        return [f"The camera is steady, with {amount} movement in the picture."]

    def _camera_path(self) -> str:
        """Names a pan or tilt where nearly all of the way leads in one direction."""
        least = max(_PAN_CONSISTENCY * self._way, _PAN_SPEED * self._seconds)
        if abs(self._right) >= least:
            return f"The camera pans to the {'left' if self._right > 0 else 'right'}."
        if abs(self._down) >= least:
            return f"The camera tilts {'up' if self._down > 0 else 'down'}."
        return "The camera moves."

    def _light(self) -> str:
        mean = self._brightness / self._pictures
        light = next(word for least, word in _LIGHT if mean >= least)
        leading = [named for named in self._shares()[:_NAMED_COLOURS] if named[1] >= _NAMED_SHARE]
        if not leading:
            return f"The picture is {light}of many colours."
        amount = "mostly" if sum(share for _, share in leading) >= _MOST_SHARE else "partly"
        return f"The picture is {light}{amount} {_listed([name for name, _ in leading])}."

    def _shares(self) -> list[tuple[str, float]]:
        """Gives each colour's share of the shot, the largest first."""
        shares = [total / self._pictures for total in self._colours]
        return ranking.ordered(zip(COLOURS, shares, strict=True), lambda named: named[1])


def _listed(names: Sequence[str]) -> str:
    """Joins names as a sentence does: a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
