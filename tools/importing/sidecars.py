"""Finds the files of subtitles beside a video, and names the tracks that subtitles give."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from foretell.paths import as_text
from foretell.patterns import LazyPattern

EMBEDDED = "subtitles:embedded"
"""The source of the subtitle tracks within a video."""
SUBTITLE_SUFFIXES = (
    ".srt", ".vtt", ".ass", ".ssa", ".ttml", ".dfxp", ".xml", ".scc", ".smi", ".sami",
)  # fmt: skip
_LANGUAGE = r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*"
_BETWEEN = LazyPattern(
    rf"(?:\.(?P<language>{_LANGUAGE}))?(?:\.(?P<mark>cc|sdh|forced|default))*", re.IGNORECASE
)
"""What may stand between the name of a video and the ending of its subtitles."""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A file of subtitles beside a video.

    Attributes:
        path: The file.
        language: The code in its name, without region or script, such as "pt"; empty without one.
        is_forced: Whether its name says that it tells signs and foreign words only.
    """

    path: Path
    language: str = ""
    is_forced: bool = False

    @property
    def source(self) -> str:
        """The track's name, such as "subtitles:clip.en.srt"."""
        return f"subtitles:{as_text(self.path.name)}"


def find_sidecars(video_path: Path) -> list[Sidecar]:
    """Gives the subtitle files beside a video that have its name, sorted by name.

    "clip.srt" and, with a language, "clip.en.srt" or "clip.pt-BR.forced.vtt" belong to "clip.mp4";
    those without a language come first.
    """
    found = (_sidecar(path, video_path) for path in video_path.parent.glob("*"))
    return sorted(
        (one for one in found if one is not None),
        key=lambda one: (one.path.stem != video_path.stem, one.path.name),
    )


def _sidecar(path: Path, video_path: Path) -> Sidecar | None:
    stem = video_path.stem
    if path.suffix.lower() not in SUBTITLE_SUFFIXES or not path.stem.startswith(stem):
        return None
    between = _BETWEEN.fullmatch(path.stem[len(stem) :])
    if between is None:
        return None
    code = re.split("[-_]", between["language"] or "")[0].lower()
    return Sidecar(path, code, "forced" in path.stem[len(stem) :].lower().split("."))
