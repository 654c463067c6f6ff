"""Reads subtitle files: what was said, with times."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from foretell.errors import DatasetError
from foretell.tools.decoding.video import Video
from foretell.tools.texts.cues import Cue, plain_cue, speech_events
from foretell.tools.texts.text_cleaning import one_line
from foretell.tools.texts.text_file import read_text
from foretell.tools.texts.timed_text import ending_since, parse_seconds, within_video
from foretell.types import Event, EventKind, Interval, VideoInfo

SUBTITLE_SUFFIXES = (".srt", ".vtt", ".ass", ".ssa")
_LANGUAGE = re.compile(r"\.[a-z]{2,3}([-_][a-z0-9]{2,8})*(\.(cc|forced|sdh))?", re.IGNORECASE)
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_HOURS = r"\d+:\d{1,2}:\d{1,2}[.,]\d{1,3}"
_MAYBE_HOURS = r"(?:\d+:)?\d{1,2}:\d{1,2}\.\d{1,3}"
_SRT_TIMES = re.compile(rf"\s*({_HOURS})\s*-->\s*({_HOURS})(?!\d)")
_VTT_TIMES = re.compile(rf"\s*({_MAYBE_HOURS})\s*-->\s*({_MAYBE_HOURS})(?!\d)")
_ASS_TIMES = re.compile(rf"Dialogue:[^,]*,\s*({_HOURS})\s*,\s*({_HOURS})\s*,")


def read_subtitles(path: Path) -> list[Event]:
    """Gives what a subtitle file says, as events of kind "speech" in order of time.

    WebVTT, SRT, ASS and SSA are told apart by what they hold. Markup is taken off, voice tags and
    the names of ASS are put before the text, cues that overlap are kept. A file that is neither
    UTF-8 nor has a byte order mark is read as Windows-1252, and a warning logged.

    Raises:
        DatasetError: If the file cannot be read, is in no known form, or a time in it is wrong;
            names the line.
    """
    lines = _LINE_BREAK.split(read_text(path, legacy=True))
    cues = _form_of(lines, path)(lines, path)
    return speech_events(cues, f"subtitles:{path.name}")


def find_sidecars(video_path: Path) -> list[Path]:
    """Gives the subtitle files beside a video that have its name, sorted by name.

    "clip.srt" and, with a language, "clip.en.srt" or "clip.pt-BR.vtt" belong to "clip.mp4"; the
    one without a language comes first.
    """
    stem = video_path.stem
    beside = (path for path in video_path.parent.glob("*") if _is_sidecar(path, stem))
    return sorted(beside, key=lambda path: (path.stem != stem, path.name))


def _is_sidecar(path: Path, stem: str) -> bool:
    if path.suffix.lower() not in SUBTITLE_SUFFIXES or not path.stem.startswith(stem):
        return False
    between = path.stem[len(stem) :]
    return not between or _LANGUAGE.fullmatch(between) is not None


def _form_of(lines: Sequence[str], path: Path) -> Callable[[Sequence[str], Path], Iterator[Cue]]:
    if lines[0].startswith("WEBVTT"):
        return _vtt_cues
    if any(line.startswith(("Dialogue:", "[Script Info]")) for line in lines):
        return _ass_cues
    if any("-->" in line for line in lines):
        return _srt_cues
    raise DatasetError(f"{path}: unknown form; subtitles are WebVTT, SRT, ASS or SSA")


def _vtt_cues(lines: Sequence[str], path: Path) -> Iterator[Cue]:
    _check_times(lines, "-->", _VTT_TIMES, path)
    return _webvtt_cues(lines, "vtt")


def _srt_cues(lines: Sequence[str], path: Path) -> Iterator[Cue]:
    """Reads SRT, whose cues need not be numbered here though webvtt-py passes over such."""
    _check_times(lines, "-->", _SRT_TIMES, path)
    numbered: list[str] = []
    for line in filter(str.strip, lines):
        if "-->" in line:
            if numbered and numbered[-1].strip().isdigit():
                numbered.pop()
            numbered += ["", "1", line]
        elif numbered:
            numbered.append(line)
    return _webvtt_cues([*numbered[1:], "", ""], "srt")


def _webvtt_cues(lines: Sequence[str], form: str) -> Iterator[Cue]:
    import webvtt

    for caption in webvtt.from_buffer(io.StringIO("\n".join(lines)), format=form).captions:
        start, end = parse_seconds(caption.start), parse_seconds(caption.end)
        yield plain_cue(Interval(start, end), caption.raw_text)


def _ass_cues(lines: Sequence[str], path: Path) -> Iterator[Cue]:
    """Reads ASS and SSA, given only the dialogue: a fault in the styles must not matter."""
    import pysubs2

    dialogue = [line for line in lines if line.startswith("Dialogue:")]
    _check_times(lines, "Dialogue:", _ASS_TIMES, path)
    form = "ssa" if "[V4 Styles]" in lines else "ass"
    for event in pysubs2.SSAFile.from_string("\n".join(dialogue), format_=form):
        if not event.is_drawing:
            name = f"{event.name}: " if event.name.strip() else ""
            interval = Interval(event.start / 1000, event.end / 1000)
            yield plain_cue(interval, name + event.plaintext)


def _check_times(lines: Sequence[str], mark: str, times: re.Pattern[str], path: Path) -> None:
    """Checks each line of times, since the libraries pass over those that they cannot read."""
    for number, line in enumerate(lines, start=1):
        if mark not in line:
            continue
        found = times.match(line)
        if found is None:
            raise DatasetError(
                f"{path}, line {number}: cannot read the times in {line.strip()[:80]!r}; "
                "write each as HH:MM:SS.mmm"
            )
        try:
            Interval(*map(parse_seconds, found.groups()))
        except ValueError as error:
            raise DatasetError(f"{path}, line {number}: {line.strip()[:80]!r}: {error}") from error


@dataclass(frozen=True, slots=True)
class SubtitleTracks:
    """Gives the speech of the first embedded subtitle track that says anything.

    Further tracks say the same in other languages, or for the hard of hearing.

    Attributes:
        source: The track's name.
        settings: Which version of this it is.
    """

    source: str = "subtitles:embedded"
    settings: str = "subtitles 1"

    def sees(self, video: VideoInfo) -> Sequence[EventKind]:
        """Gives speech where the file holds a subtitle track."""
        return ("speech",) if video.subtitle_tracks else ()

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives the cues in order of their ends, as `Perceiver` states."""
        tracks: dict[int, list[Cue]] = {}
        for track, interval, text in video.subtitles():
            if line := one_line(text):
                tracks.setdefault(track, []).append(Cue(interval, (line,)))
        cues = tracks[min(tracks)] if tracks else []
        events = speech_events(cues, self.source)
        return ending_since(since_seconds, within_video(events, video.info))
