"""Reads the text that a video shows: titles, slides, burned-in subtitles."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Self

from foretell import ranking
from foretell.tools.decoding.video import Video
from foretell.tools.screen_text.text_recognizer import RapidOcr, TextLine, TextRecognizer
from foretell.tools.texts.text_cleaning import one_line
from foretell.tools.watching.sampling import fit_within, times_every
from foretell.types import Event, EventKind, Interval, VideoInfo

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


STRETCH = 120
"""Samples after which reading begins anew, so that it can also go on from there."""
_STEP_SECONDS = 1.0
"""Seconds between pictures that are read; shorter texts can hardly be read by people."""
_LONGEST_SIDE = 960
"""Pixels that a picture's longer side is scaled to, the usual input of PP-OCR's detector."""
_LOWEST_SCORE = 0.6
"""The recogniser's confidence below which a line is taken for noise."""
_FEWEST_SIGNS = 2
"""Letters and digits of a text; a lone sign is mostly noise."""
_SAME_TEXT = 0.8
"""Likeness of two readings, in [0, 1], from which they are of one text."""
_CELL = 16
"""Pixels of a side of the cells whose change tells where to read again."""
_CHANGED = 10.0
"""Mean difference in a cell, of 255; a still camera's noise stays under 7 in real clips."""
_REACH = 0.6
"""How far two lines of one block may lie apart, as a share of the lower line's height."""


@dataclass(frozen=True, slots=True)
class ScreenText:
    """Gives each text that is shown, from the first sample with it to the first without.

    A picture is sampled every second, or in videos of more than `max_reads` seconds that many
    times, and read only where it differs from the one read last. Texts in neighbouring samples
    are the same where at least four fifths of their letters are. Each `STRETCH` samples are read
    on their own; what is on show at a border between two is told in both.

    Attributes:
        recognizer: Reads a picture; by default `RapidOcr`, which needs the extra `ocr`.
        max_reads: The most pictures that are read of a video, however long: at 0.3 s each on two
            cores, two minutes.
        source: The track's name.

    Raises:
        MissingExtra: If no recogniser is given and the extra `ocr` is not installed.
    """

    recognizer: TextRecognizer = field(default_factory=RapidOcr)
    max_reads: int = 400
    source: str = "screen_text"

    @property
    def settings(self) -> str:
        """The recogniser and how often it reads."""
        return f"screen text 1, {self.recognizer.name}, at most {self.max_reads} reads"

    def sees(self, video: VideoInfo) -> Sequence[EventKind]:
        """Gives on-screen texts, of any video."""
        return ("screen_text",)

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives the texts in order of their ends, as `Perceiver` states."""
        whole = video.info.interval
        times = times_every(whole, max(_STEP_SECONDS, whole.duration / self.max_reads))
        ends = [*times[1:], whole.end]
        for first in range(0, len(times), STRETCH):
            stretch = slice(first, first + STRETCH)
            if since_seconds is not None and ends[stretch][-1] < since_seconds:
                continue
            for seen in self._read(video, times[stretch], ends[stretch]):
                if since_seconds is None or seen.end >= since_seconds:
                    yield seen.event(self.source)

    def _read(self, video: Video, times: Sequence[float], ends: Sequence[float]) -> Iterator[_Seen]:
        showing: list[_Seen] = []
        samples = zip(self._blocks(video, times), times, ends, strict=False)
        for blocks, start, end in samples:
            showing, gone = _follow(showing, blocks, Interval(start, end))
            yield from gone
        yield from showing

    def _blocks(self, video: Video, times: Sequence[float]) -> Iterator[list[TextBlock]]:
        """Gives what is read at each time: the last reading, until the picture changes."""
        size = fit_within(video.info.width, video.info.height, _LONGEST_SIDE)
        before, blocks = None, list[TextBlock]()
        for frame in video.frames(times, mode="fast", size=size):
            grey = frame.data.mean(axis=2, dtype="float32")
            if before is None or _differ(before, grey):
                before, blocks = grey, self._legible(frame.data)
            yield blocks

    def _legible(self, picture: NDArray[np.uint8]) -> list[TextBlock]:
        lines = [line for line in self.recognizer.read(picture) if line.score >= _LOWEST_SCORE]
        blocks = text_blocks(lines)
        return [block for block in blocks if sum(map(str.isalnum, block.text)) >= _FEWEST_SIGNS]


@dataclass(slots=True)
class _Seen:
    """A text that is on show from sample to sample."""

    text: str
    start: float
    end: float
    best: float
    scores: list[float]

    @classmethod
    def first(cls, block: TextBlock, when: Interval) -> Self:
        return cls(block.text, when.start, when.end, block.score, [block.score])

    def again(self, block: TextBlock, when: Interval) -> None:
        """Prolongs it; the reading with the highest score gives the text."""
        if block.score > self.best + ranking.MODEL_PRECISION:
            self.text, self.best = block.text, block.score
        self.scores.append(block.score)
        self.end = when.end

    def event(self, source: str) -> Event:
        confidence = min(1.0, sum(self.scores) / len(self.scores))
        return Event(Interval(self.start, self.end), "screen_text", self.text, source, confidence)


def _follow(
    showing: Sequence[_Seen], blocks: Sequence[TextBlock], when: Interval
) -> tuple[list[_Seen], list[_Seen]]:
    """Gives what is on show in the sample `when`, and what was on show only until then."""
    gone = list(showing)
    still: list[_Seen] = []
    for block in blocks:
        alike = [_likeness(seen.text, block.text) for seen in gone]
        if alike and max(alike) >= _SAME_TEXT:
            known = gone[ranking.best(alike)]
            known.again(block, when)
            gone.remove(known)
            still.append(known)
        else:
            still.append(_Seen.first(block, when))
    return still, gone


def _likeness(one: str, other: str) -> float:
    """Gives how alike two texts are in [0, 1]: 0.0 where they are surely less than the same."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < _SAME_TEXT:
        return 0.0
    return matcher.ratio()


def _differ(before: NDArray[np.float32], now: NDArray[np.float32]) -> bool:
    """Tells whether any cell of two grey pictures of one size differs by more than noise."""
    cell_height, cell_width = (min(_CELL, length) for length in now.shape)
    rows, columns = now.shape[0] // cell_height, now.shape[1] // cell_width
    change = abs(now - before)[: rows * cell_height, : columns * cell_width]
    cells = change.reshape(rows, cell_height, columns, cell_width).mean(axis=(1, 3))
    return bool(cells.max() > _CHANGED)


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Text that belongs together, such as a title or a subtitle of two lines.

    Attributes:
        text: Its lines from top to bottom and left to right, as one line; full-width letters, which
            recognisers give for any others at will, become plain ones.
        score: The mean of the lines' scores, in [0, 1].
    """

    text: str
    score: float


def text_blocks(lines: Iterable[TextLine]) -> list[TextBlock]:
    """Gives the blocks that neighbouring lines form, from top to bottom.

    Two lines are neighbours where their boxes, grown by `_REACH` of the smaller height, touch.
    """
    blocks: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: (line.top, line.left)):
        near = [block for block in blocks if any(_touch(line, other) for other in block)]
        blocks = [block for block in blocks if block not in near]
        blocks.append([other for block in near for other in block] + [line])
    blocks.sort(key=lambda block: min((line.top, line.left) for line in block))
    return [_block(lines) for lines in blocks]


def _touch(one: TextLine, other: TextLine) -> bool:
    reach = _REACH * min(one.bottom - one.top, other.bottom - other.top)
    return (
        one.left - other.right <= reach
        and other.left - one.right <= reach
        and one.top - other.bottom <= reach
        and other.top - one.bottom <= reach
    )


def _block(lines: list[TextLine]) -> TextBlock:
    text = " ".join(line.text for row in _rows(lines) for line in row)
    text = one_line(unicodedata.normalize("NFKC", text))
    return TextBlock(text, sum(line.score for line in lines) / len(lines))


def _rows(lines: list[TextLine]) -> list[list[TextLine]]:
    """Gives rows of lines whose middles lie within each other's height, left to right."""
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: line.top + line.bottom):
        middle = (line.top + line.bottom) / 2
        if rows and rows[-1][0].top <= middle <= rows[-1][0].bottom:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.left) for row in rows]
