"""Tells the pages of a talk apart: pictures that stand still and are replaced at once."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from foretell.tools.decoding.video import Video
from foretell.tools.pictures.glances import Span, joined
from foretell.tools.pictures.picture_measures import cell_means, edge_likeness, luminance
from foretell.types import Frame, Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SIZE = (320, 180)
"""Width and height in pixels that pages are compared at; small letters still show there."""
_CELL = 20
"""Pixels of a side of the cells whose change is judged: 16 x 9 of them."""
_MOVED = 2.0
"""Mean difference in a cell, of 255, up to which a page stands still, though it is encoded anew; of
camera footage 76 % and more are above it within a second."""
_OTHER = 3.0
"""The same between two still pictures that are not the same page; keyframes that are encoded anew
stay below."""
_STILL_SECONDS = 1.0
"""A page stands still for so long at least."""
_TURN_SECONDS = 1.2
"""A page is replaced within this; somebody who walks into view takes longer."""
_AT_ONCE = 0.5
"""Or this share of the whole change comes from one picture to the next: where few bits are spent,
a page becomes sharp with the next keyframe only."""
_EDGE = 24.0
"""Difference of neighbouring pixels, in grey levels, that is an edge of a letter or line."""
_FEWEST_EDGES = 20
"""Pixels of edges below which a page is blank."""
_REPLACED_SHARE = 0.3
"""Share of the edges where a page changed that are not there, or others, on the next; where fewer
go, something was added to it."""
_SHARPER = 0.75
"""Likeness of the edges of two pictures from which the later one is the same page, only sharper:
0.9 after a blur of one pixel, 0.6 between pages that differ in their numbers."""
_FEWEST_GONE = 80
"""Pixels of edges that are gone, for a page to be replaced; a clock that ticks loses 15."""
_FEWEST_ROWS = 4
"""Rows of cells, of nine, between the first and the last that changed; subtitles take two."""
_SCROLLED = 0.8
"""Share of the change that is left where one picture is the other, moved up or down by half its
height at most: 0.5 in terminals that scroll, 1.0 and more between two pages of text."""
_STILL_SHARE = 0.8
"""Share of the video in which nothing moves, at least, for its pictures to be pages."""
_MOST_MOVING_SECONDS = 10.0
"""Moving pictures after which no more are looked at, where there were fewer that stood still."""
_MOST_GRADUAL = 0.25
"""Changes that take longer, per page that is turned; more come from what moves before a camera."""
_MOST_ADDED = 8
"""Additions to a page, on the mean; more come from somebody who types."""
_PROBES = (0.2, 0.5, 0.8)
"""Places in the video, as shares of it, that are looked at first."""
_PROBE_SECONDS = 0.3
_LIVELY_SHARE = 0.1
"""Share of the cells that move within a probe of moving pictures; a pointer moves one."""
_MAX_GAP_SECONDS = 12.0
"""Seconds between two keyframes that vouch, where they are equal, for what lies between."""
_WHOLE_SECONDS = 30.0
"""A shorter video is decoded whole."""
_SPANS_AT_ONCE = 8
"""Stretches between keyframes that are planned ahead, so that decoding seldom seeks."""

_Relation = Literal["same", "added", "scrolled", "replaced"]


def shown_slides(video: Video, since_seconds: float | None) -> Iterator[tuple[Interval, str]]:
    """Yields each time that a page of a talk is shown, and which page it is; see `Perceiver`.

    It says nothing of films, of camera footage, of terminals and of videos with one page. Whether a
    video is a talk is known at its end alone, so that all is told then; after an interruption it is
    looked at again from the beginning. Of a film 0.6 s are decoded in all.
    """
    if not _may_be_still(video):
        return
    whole = video.info.interval
    pages = _PageTurner(whole)
    for at_seconds, grey in _pictures(video):
        pages.add(at_seconds, grey)
        if pages.is_hopeless:
            return
    end_seconds = whole.end if video.damage is None else pages.last_seconds
    for interval, number in pages.finish(end_seconds):
        if since_seconds is None or interval.end >= since_seconds:
            yield interval, f"Slide {number} is shown."


def _may_be_still(video: Video) -> bool:
    """Looks at short stretches that begin at keyframes; whether at least half of them stand."""
    whole = video.info.interval
    times = [whole.start + share * whole.duration for share in _PROBES]
    probed, moving, last = 0, 0, -math.inf
    for keyframe in video.frames(times, mode="key", size=_SIZE):
        if keyframe.pts_seconds > last:
            last = keyframe.pts_seconds
            within = Interval(last, last + _PROBE_SECONDS)
            greys = [_grey(frame) for frame in video.frames(size=_SIZE, within=within)]
            probed += 1
            moving += bool(greys) and _moved_share(greys[0], greys[-1]) > _LIVELY_SHARE
            if 2 * moving > len(_PROBES):
                return False
    return 2 * moving <= probed


def _moved_share(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    return float((_cells(abs(first - second)) > _MOVED).mean())


def _pictures(video: Video) -> Iterator[tuple[float, NDArray[np.float32]]]:
    """Gives when each frame is shown and its grey (180, 320) picture, 0 to 255.

    Frames between keyframes that are equal are left out, and those that repeat the one before.
    """
    import numpy as np

    last, planned = -math.inf, _spans(video)
    before = None
    while spans := list(itertools.islice(planned, _SPANS_AT_ONCE)):
        for run in joined(spans):
            for frame in video.frames(mode=run.mode, size=_SIZE, within=run.interval):
                if frame.pts_seconds > last:
                    last = frame.pts_seconds
                    if before is None or not np.array_equal(before, frame.data):
                        yield last, _grey(frame)
                    before = frame.data


def _spans(video: Video) -> Iterator[Span]:
    """Gives the stretches between keyframes, each as it has to be decoded."""
    whole = video.info.interval
    if whole.duration <= _WHOLE_SECONDS:
        yield Span(whole, "exact")
        return
    start, before = whole.start, None
    for frame in video.frames(mode="key", size=_SIZE):
        grey = _grey(frame)
        if frame.pts_seconds > start:
            gap = Interval(start, frame.pts_seconds)
            equal = before is not None and _cells(abs(before - grey)).max() <= _MOVED
            trusted = equal and gap.duration <= _MAX_GAP_SECONDS
            yield Span(gap, "key" if trusted else "exact")
        start, before = frame.pts_seconds, grey
    if start < whole.end:
        yield Span(Interval(start, whole.end), "exact")


def _grey(frame: Frame) -> NDArray[np.float32]:
    return luminance(frame.data.astype("float32"))


def _cells(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gives the means of the cells of a (180, 320) picture, (9, 16)."""
    return cell_means(picture, _CELL, _CELL)


@dataclass(slots=True, eq=False)
class _Page:
    """A page on show: since when, as it looks now, and its number."""

    start: float
    picture: NDArray[np.float32]
    number: int


@dataclass
class _PageTurner:
    """Follows pages from picture to picture, and what speaks against their being pages.

    Attributes:
        whole: The video's interval.
        last_seconds: When the last picture was shown.
    """

    whole: Interval
    last_seconds: float = 0.0
    _reference: NDArray[np.float32] | None = None
    _since: float = 0.0
    _is_settled: bool = False
    _changing_since: float | None = None
    _largest_step: float = 0.0
    _largest_at: float = 0.0
    _page: _Page | None = None
    _shown: list[tuple[Interval, int]] = field(default_factory=list[tuple[Interval, int]])
    _known: list[NDArray[np.float32]] = field(default_factory=list["NDArray[np.float32]"])
    _moving_seconds: float = 0.0
    _turned: int = 0
    _added: int = 0
    _gradual: int = 0

    @property
    def is_hopeless(self) -> bool:
        """Whether so much moved already that the video is none of pages, or most of it so far."""
        moving = self._moving_seconds
        if self._changing_since is not None:
            moving += self._since - self._changing_since
        too_lively = moving > (1.0 - _STILL_SHARE) * self.whole.duration
        seen = self.last_seconds - self.whole.start
        so_far = moving > max(_MOST_MOVING_SECONDS, 0.5 * seen)
        return too_lively or so_far or self._gradual > 4 + _MOST_GRADUAL * self._turned

    def add(self, at_seconds: float, grey: NDArray[np.float32]) -> None:
        """Takes the next picture; the one before it was on show until then."""
        self.last_seconds = at_seconds
        if self._reference is None:
            self._reference, self._since = grey, at_seconds
            return
        if not self._is_settled and at_seconds - self._since >= _STILL_SECONDS:
            self._settle(self._reference)
        if _cells(abs(self._reference - grey)).max() > _MOVED:
            if self._changing_since is None:
                self._changing_since, self._largest_step = at_seconds, 0.0
            step = float(abs(self._reference - grey).mean())
            if step > self._largest_step:
                self._largest_step, self._largest_at = step, at_seconds
            self._reference, self._since, self._is_settled = grey, at_seconds, False

    def finish(self, end_seconds: float) -> list[tuple[Interval, int]]:
        """Gives when each page was shown and its number; nothing where these are no pages."""
        self.last_seconds = max(self.last_seconds, end_seconds)
        if self._reference is not None and not self._is_settled:
            if end_seconds - self._since >= _STILL_SECONDS:
                self._settle(self._reference)
            elif self._changing_since is not None:
                self._moving_seconds += end_seconds - self._changing_since
                self._changing_since = None
        self._close(end_seconds)
        numbers = {number for _, number in self._shown}
        typed = self._added > _MOST_ADDED * max(1, self._turned)
        lively = self._gradual > _MOST_GRADUAL * self._turned
        return [] if len(numbers) < 2 or typed or lively or self.is_hopeless else self._shown

    def _settle(self, picture: NDArray[np.float32]) -> None:
        """Takes a picture that stands still since `_since`."""
        began = self._since if self._changing_since is None else self._changing_since
        took = self._since - began
        self._is_settled, self._changing_since = True, None
        self._moving_seconds += took
        page = self._page
        if page is None:
            self._open(began if took <= _TURN_SECONDS else self._since, picture)
            return
        relation = _relation(page.picture, picture)
        whole = float(abs(page.picture - picture).mean())
        jumped = self._largest_step >= _AT_ONCE * whole
        at_once = jumped or took <= _TURN_SECONDS
        if relation == "replaced":
            self._turned += at_once
            self._gradual += not at_once
            turned_at = self._largest_at if jumped else began
            self._close(turned_at)
            self._open(turned_at if at_once else self._since, picture)
            return
        self._added += relation != "same"
        self._gradual += relation != "same" and not at_once
        page.picture = picture
        self._known[page.number - 1] = _small(picture)

    def _open(self, start_seconds: float, picture: NDArray[np.float32]) -> None:
        """Begins a page, with the number that it had before where it is shown again."""
        if int(_edges(picture).sum()) < _FEWEST_EDGES:
            return
        small = _small(picture)
        again = (n for n, known in enumerate(self._known, start=1) if _is_same(known, small))
        number = next(again, len(self._known) + 1)
        if number > len(self._known):
            self._known.append(small)
        self._page = _Page(start_seconds, picture, number)

    def _close(self, end_seconds: float) -> None:
        if self._page is not None:
            self._shown.append((Interval(self._page.start, end_seconds), self._page.number))
        self._page = None


def _relation(page: NDArray[np.float32], picture: NDArray[np.float32]) -> _Relation:
    """Says what became of a page in the still picture after it."""
    import numpy as np

    change = abs(page - picture)
    changed = _cells(change) > _OTHER
    if not changed.any():
        return "same"
    there = changed.repeat(_CELL, axis=0).repeat(_CELL, axis=1)
    edges = _edges(page) & there
    gone = int((edges & (change > _EDGE)).sum())
    rows = np.flatnonzero(changed.any(axis=1))
    is_local = gone < _FEWEST_GONE or int(rows[-1] - rows[0]) + 1 < _FEWEST_ROWS
    if is_local or gone < _REPLACED_SHARE * int(edges.sum()):
        return "added"
    if edge_likeness(page, picture, there) >= _SHARPER:
        return "added"
    return "scrolled" if _is_scrolled(page, picture) else "replaced"


def _edges(picture: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Marks the pixels of a (H, W) picture that differ from the one to the right or below."""
    import numpy as np

    marked = np.zeros(picture.shape, np.bool_)
    marked[:, :-1] |= abs(np.diff(picture, axis=1)) > _EDGE
    marked[:-1] |= abs(np.diff(picture, axis=0)) > _EDGE
    return marked


def _is_scrolled(page: NDArray[np.float32], picture: NDArray[np.float32]) -> bool:
    """Whether what both have in common lies higher or lower by some rows, as in a terminal."""
    height = len(page)
    change = float(abs(page - picture).mean())
    for rows in range(1, height // 2):
        up = abs(page[rows:] - picture[:-rows]).mean()
        down = abs(page[:-rows] - picture[rows:]).mean()
        if min(up, down) <= _SCROLLED * change:
            return True
    return False


def _small(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gives a quarter of the height and width, so that many pages can be kept."""
    return cell_means(picture, 4, 4)


def _is_same(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    return bool(cell_means(abs(one - other), 5, 5).max() <= _OTHER)
