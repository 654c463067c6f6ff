"""Reads subtitle files: what was said, with times."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from foretell.errors import DatasetError
from foretell.paths import as_text
from foretell.tools.subtitles.choice import of_one_language
from foretell.tools.subtitles.cues import Sheet, speech_events
from foretell.tools.subtitles.forms import read_sheet
from foretell.tools.texts.text_file import read_text
from foretell.tools.texts.timed_text import fit_to_video
from foretell.types import Event, VideoInfo


@dataclass(frozen=True, slots=True)
class SubtitleFile:
    """What a file of subtitles says.

    Attributes:
        events: Speech in order of time, under the source "subtitles:" and the file's name.
        remarks: A sentence on each thing that is worth telling about how it was read.
    """

    events: tuple[Event, ...]
    remarks: tuple[str, ...]


def read_subtitles(path: Path, video: VideoInfo, source: str | None = None) -> SubtitleFile:
    """Gives what a subtitle file says, as far as it lies within the video.

    SRT, WebVTT, ASS, SSA, TTML, DFXP, SCC and SAMI are told apart by what they hold. Markup is
    taken off, speakers are put before their words, cues that overlap are kept. A cue that cannot
    be read costs that cue, and a remark. A file that is neither UTF-8 nor has a byte order mark is
    read as Windows-1252, and a warning logged.

    Args:
        path: The file, which may be gzipped.
        video: The video that it belongs to.
        source: The source of its events, where it is not named after the file.

    Raises:
        DatasetError: If the file cannot be read, is in no known form, none of its cues can be
            read, or all of them lie outside the video.
    """
    sheet = read_sheet(read_text(path, legacy=True), video, path)
    if sheet.faults and not sheet.cues:
        raise DatasetError(f"{path}: no cue can be read; {sheet.faults[0]}")
    cues, others = of_one_language(sheet.cues)
    events = speech_events(cues, source or f"subtitles:{as_text(path.name)}")
    remarks = [f"{path.name}: {remark}" for remark in (*_faults(sheet), *sheet.remarks, *others)]
    return SubtitleFile(tuple(fit_to_video(events, video, path)), tuple(remarks))


def _faults(sheet: Sheet) -> list[str]:
    if not sheet.faults:
        return []
    count = len(sheet.faults)
    what = "1 cue cannot be read" if count == 1 else f"{count} cues cannot be read, the first at"
    return [f"{what}{':' if count == 1 else ''} {sheet.faults[0]}"]
