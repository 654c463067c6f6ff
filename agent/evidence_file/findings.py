"""What checking an evidence file found: what holds, what does not, what could not be checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

FindingState = Literal["holds", "fails", "unchecked"]
FINDING_STATES: tuple[FindingState, ...] = get_args(FindingState)
"""Of one thing that was checked, or of several: one that fails decides, then one unchecked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing.

    Attributes:
        what: Which: "seal", "page", "citations", "file", "timeline", "event", "quote" or "frames".
        state: Whether it holds, does not, or could not be checked.
        why: A sentence, which tells where a thing is unchecked what would let it be checked.
    """

    what: str
    state: FindingState
    why: str


@dataclass(frozen=True, slots=True)
class FoundVideo:
    """What was found of a video that an evidence file names."""

    name: str
    sha256: str
    findings: tuple[Finding, ...]

    @property
    def state(self) -> FindingState:
        """Of all its findings."""
        return joined(self.findings)


@dataclass(frozen=True, slots=True)
class FoundCitation:
    """What was found of a citation.

    Attributes:
        video: The name of its video.
        start: In seconds.
        end: In seconds.
        quote: What it quotes.
        findings: Of its event, its quote and its frames.
    """

    video: str
    start: float
    end: float
    quote: str
    findings: tuple[Finding, ...]

    @property
    def state(self) -> FindingState:
        """Of all its findings."""
        return joined(self.findings)


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking an evidence file found.

    Attributes:
        file: Its name.
        made_by: Which program wrote it, as it says.
        made_at: When, as it says, in UTC.
        question: What was asked.
        seal: That which belongs to what it tells.
        findings: Of the file as a whole.
        videos: Of each video.
        citations: Of each citation.
    """

    file: str
    made_by: str
    made_at: str
    question: str
    seal: str
    findings: tuple[Finding, ...]
    videos: tuple[FoundVideo, ...]
    citations: tuple[FoundCitation, ...]

    @property
    def state(self) -> FindingState:
        """Of everything: "holds" only where all could be checked."""
        return joined(self.all())

    @property
    def holds(self) -> bool:
        """Whether nothing that could be checked fails."""
        return self.state != "fails"

    def all(self) -> tuple[Finding, ...]:
        """Gives every finding."""
        of_videos = (finding for video in self.videos for finding in video.findings)
        of_citations = (finding for one in self.citations for finding in one.findings)
        return (*self.findings, *of_videos, *of_citations)

    def to_dict(self) -> dict[str, Any]:
        """Gives it as JSON can hold it, as `foretell verify --json` prints it."""
        return asdict(self) | {
            "state": self.state,
            "holds": self.holds,
            "videos": [asdict(video) | {"state": video.state} for video in self.videos],
            "citations": [asdict(one) | {"state": one.state} for one in self.citations],
        }


def joined(findings: Iterable[Finding]) -> FindingState:
    """Gives the state of several findings."""
    states = {finding.state for finding in findings}
    if "fails" in states:
        return "fails"
    return "unchecked" if "unchecked" in states else "holds"
