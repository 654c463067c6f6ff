"""Chooses what a video is watched with."""

from __future__ import annotations

from pathlib import Path

from foretell.tools.imported_text import ImportedText
from foretell.tools.motion import Motion
from foretell.tools.perceiver import Perceiver
from foretell.tools.pictures.text_recognizer import ocr_is_installed
from foretell.tools.scenes import Shots
from foretell.tools.screen_text import ScreenText
from foretell.tools.subtitle_tracks import SubtitleTracks
from foretell.tools.subtitles import find_sidecars


def perceivers_for(
    video: Path,
    *,
    captions: Path | None = None,
    subtitles: Path | None = None,
    narrations: Path | None = None,
    read_screen_text: bool = True,
) -> list[Perceiver]:
    """Gives the perceivers for a video, cheap ones first.

    Text that exists already comes before anything that is decoded. Subtitle files beside the video
    are found by themselves, and on-screen text is read where the extra `ocr` is installed.

    Raises:
        DatasetError: If a file of text cannot be read.
    """
    perceivers: list[Perceiver] = []
    if captions is not None:
        perceivers.append(ImportedText.captions(captions))
    if narrations is not None:
        perceivers.append(ImportedText.narrations(narrations))
    for file in [subtitles] if subtitles is not None else find_sidecars(video):
        perceivers.append(ImportedText.subtitles(file))
    perceivers += [SubtitleTracks(), Shots(), Motion()]
    if read_screen_text and ocr_is_installed():
        perceivers.append(ScreenText())
    return perceivers
