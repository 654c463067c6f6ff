"""Tells the forms of subtitles apart by what a text holds, and reads it."""

from __future__ import annotations

from pathlib import Path

from foretell.errors import DatasetError
from foretell.patterns import LazyPattern
from foretell.tools.subtitles.arrows import has_arrows, srt_sheet, vtt_sheet
from foretell.tools.subtitles.ass import ass_sheet, is_ass
from foretell.tools.subtitles.cues import Sheet
from foretell.tools.subtitles.sami import is_sami, sami_sheet
from foretell.tools.subtitles.scc import is_scc, scc_sheet
from foretell.tools.subtitles.ttml import is_ttml, ttml_sheet
from foretell.types import VideoInfo

_LINE_BREAK = LazyPattern(r"\r\n|\r|\n")


def read_sheet(text: str, video: VideoInfo, path: Path) -> Sheet:
    """Reads subtitles of `video`, which the file `path` holds, in whichever form they are written.

    One cue that cannot be read costs that cue, and a sentence in the sheet's faults.

    Raises:
        DatasetError: If the text is in no known form, or a document of XML is not whole.
    """
    lines = _LINE_BREAK.split(text)
    if lines[0].startswith("WEBVTT"):
        return vtt_sheet(lines, video)
    if is_ass(lines):
        return ass_sheet(lines, video)
    if is_scc(lines):
        return scc_sheet(lines, video)
    if is_ttml(text):
        return ttml_sheet(text, video, path)
    if is_sami(text):
        return sami_sheet(text, video)
    if has_arrows(lines):
        return srt_sheet(lines, video)
    raise DatasetError(
        f"{path}: unknown form; subtitles are SRT, WebVTT, ASS, SSA, TTML, DFXP, SCC or SAMI"
    )
