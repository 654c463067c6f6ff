"""Reads the text that a video shows: titles, slides, burned-in subtitles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foretell.tools.decoding.video import Video
from foretell.tools.screen_text.text_recognizer import RapidOcr, TextRecognizer
from foretell.tools.watching.pace import Pace
from foretell.tools.watching.sampling import fit_within, times_every
from foretell.types import Event, EventKind, Interval, VideoInfo

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from foretell.tools.screen_text.text_blocks import TextBlock

STRETCH = 120
"""Samples after which reading begins anew, so that it can also go on from there."""
_STEP_SECONDS = 1.0
"""Seconds between pictures that are read; shorter texts can hardly be read by people."""
_LONGEST_SIDE = 960
"""Pixels that a picture's longer side is scaled to, the usual input of PP-OCR's detector."""
_LOWEST_SCORE = 0.7
"""The recogniser's confidence below which a line is taken for noise; of 52 clean words that were
read rightly none was below 0.95, a slanting sign has 0.77."""
_BRIDGED_STEPS = 1.5
"""Samples, less than two, in which a text may be missed while it is on show."""
_CELL = 16
"""Pixels of a side of the cells whose change tells where to read again."""
_CHANGED = 10.0
"""Mean difference in a cell, of 255; a still camera's noise stays under 7 in real clips."""


@dataclass(frozen=True, slots=True)
class ScreenText:
    """Gives each text that is shown, from the first sample with it to the first without.

    A picture is sampled every second, or in videos of more than `max_reads` seconds that many
    times, and read only where it differs from the one read last. Texts in neighbouring samples
    are the same where at least four fifths of their letters and all of their digits are; their
    readings vote on what it says, and readings that remain doubtful are left out
    (`foretell.tools.screen_text.readings`). Each `STRETCH` samples are read on their own; what is
    on show at a border between two is told in both.

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
        """The recogniser, how often it reads, and the version of the rules that weigh readings."""
        return f"screen text 3, {self.recognizer.name}, at most {self.max_reads} reads"

    def sees(self, video: VideoInfo) -> Sequence[EventKind]:
        """Gives on-screen texts, of any video."""
        return ("screen_text",)

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives the texts in order of their ends, a stretch at a time, as `Perceiver` states."""
        from foretell.tools.screen_text.readings import TextFollower

        pace = Pace.of(video)
        step = max(_STEP_SECONDS, pace.interval.duration / self.max_reads)
        times = pace.times_on_clock(times_every(pace.interval, step))
        ends = [*times[1:], video.info.interval.end]
        for first in range(0, len(times), STRETCH):
            stretch = slice(first, first + STRETCH)
            if since_seconds is not None and ends[stretch][-1] < since_seconds:
                continue
            follower = TextFollower()
            samples = zip(
                self._blocks(video, times[stretch]), times[stretch], ends[stretch], strict=False
            )
            for blocks, start, end in samples:
                if blocks is None:
                    follower.again(Interval(start, end))
                else:
                    follower.add(blocks, Interval(start, end))
            for shown in follower.texts(bridged_seconds=_BRIDGED_STEPS * step):
                if since_seconds is None or shown.interval.end >= since_seconds:
                    yield Event(
                        shown.interval, "screen_text", shown.text, self.source, shown.confidence
                    )

    def _blocks(self, video: Video, times: Sequence[float]) -> Iterator[list[TextBlock] | None]:
        """Gives what is read at each time; None where the picture is that of the last reading."""
        size = fit_within(video.info.width, video.info.height, _LONGEST_SIDE)
        before = None
        for frame in video.frames(times, mode="fast", size=size):
            grey = frame.data.mean(axis=2, dtype="float32")
            if before is None or _differ(before, grey):
                before = grey
                yield self._legible(frame.data)
            else:
                yield None

    def _legible(self, picture: NDArray[np.uint8]) -> list[TextBlock]:
        from foretell.tools.screen_text.text_blocks import may_be_in_another_script, text_blocks

        lines = [line for line in self.recognizer.read(picture) if line.score >= _LOWEST_SCORE]
        return [
            block
            for block in text_blocks(lines)
            if any(map(str.isalnum, block.text)) and not may_be_in_another_script(block.text)
        ]


def _differ(before: NDArray[np.float32], now: NDArray[np.float32]) -> bool:
    """Tells whether any cell of two grey pictures of one size differs by more than noise."""
    from foretell.tools.pictures.picture_measures import cell_means

    height, width = (min(_CELL, length) for length in now.shape)
    return bool(cell_means(abs(now - before), height, width).max() > _CHANGED)
