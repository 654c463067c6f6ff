"""Makes the answer out of what was said and what of it stands in the timeline."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from foretell.agent.evidence import Checked
from foretell.agent.messages import FinalAnswer
from foretell.agent.trajectory import Meter
from foretell.memory.store import Store
from foretell.memory.tracks import seconds_by_kind
from foretell.types import SHOWN_KINDS, Answer, AnswerStatus, EventKind, Evidence, Step, VideoInfo


@dataclass(frozen=True, slots=True)
class Asking:
    """A question that is being answered.

    Attributes:
        store: Holds what is known of the videos.
        videos: Those it is about.
        model: Who answers, by name.
        meter: What it takes.
        began: When, by `time.perf_counter`.
    """

    store: Store
    videos: Sequence[VideoInfo]
    model: str
    meter: Meter
    began: float

    def answer(
        self,
        final: FinalAnswer,
        checked: Checked,
        *,
        steps: Sequence[Step] = (),
        notes: Sequence[str] = (),
    ) -> Answer:
        """Returns the answer, with what it took by now.

        Args:
            final: What was said.
            checked: Its words, and the evidence for them.
            steps: The tool calls that led to it.
            notes: What is worth telling of how it came about.
        """
        return Answer(
            text=checked.text,
            choice=final.choice,
            evidence=checked.evidence,
            confidence=final.confidence,
            model=self.model,
            trajectory=tuple(steps),
            usage=self.meter.usage(),
            seconds=time.perf_counter() - self.began,
            dropped_citations=checked.dropped,
            status=final.status or _status(final.choice, checked.evidence),
            searched=_searched(self.store, self.videos),
            notes=tuple(notes),
        )


def _status(choice: int | None, evidence: Sequence[Evidence]) -> AnswerStatus:
    """Returns the status of an answer whose model named none: without evidence, it is unknown."""
    return "answered" if evidence or choice is not None else "unknown"


def _searched(store: Store, videos: Sequence[VideoInfo]) -> dict[EventKind, float]:
    """Returns the seconds of some videos that were looked at for each kind of event."""
    looked = [seconds_by_kind(store.coverage(video.content_hash)) for video in videos]
    totals: dict[EventKind, float] = {
        kind: sum(one[kind] for one in looked) for kind in SHOWN_KINDS
    }
    return {kind: total for kind, total in totals.items() if total}
