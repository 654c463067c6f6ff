"""Chooses what a video is watched with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from foretell.errors import MissingExtra
from foretell.memory.tracks import Track
from foretell.tools.importing.imported_text import ImportedText
from foretell.tools.importing.origins import is_named, source_for
from foretell.tools.importing.sidecars import find_sidecars
from foretell.tools.importing.subtitle_tracks import FoundSubtitles, NamedSubtitles
from foretell.tools.pictures.perceivers import Motion, Shots, Slides
from foretell.tools.screen_text.perceiver import ScreenText
from foretell.tools.screen_text.text_recognizer import ocr_is_installed
from foretell.tools.speech.voice_activity import VoiceActivity, voice_detection_is_installed
from foretell.tools.watching.perceiver import Perceiver


def perceivers_for(
    video: Path,
    *,
    captions: Path | None = None,
    subtitles: Path | None = None,
    narrations: Path | None = None,
    read_screen_text: bool = True,
    models: Sequence[Perceiver] = (),
    tracks: Sequence[Track] = (),
) -> list[Perceiver]:
    """Gives the perceivers for a video, cheap ones first.

    Text that exists already comes before anything that is decoded. Subtitles beside the video and
    within it are found by themselves, unless a file of them is named or was, as one of the video's
    `tracks` so far tells. On-screen text is read where the extra `ocr` is installed, and where
    `speech` is, it is told when somebody speaks. What runs large `models` comes last.

    Raises:
        DatasetError: If a file of text cannot be read.
    """
    perceivers: list[Perceiver] = []
    if captions is not None:
        perceivers.append(ImportedText.captions(captions, tracks))
    if narrations is not None:
        perceivers.append(ImportedText.narrations(narrations, tracks))
    if subtitles is not None:
        source = source_for("subtitles", subtitles, tracks)
        perceivers.append(NamedSubtitles(subtitles, source))
    elif not any(is_named(track) for track in tracks if track.source.startswith("subtitles:")):
        perceivers += FoundSubtitles(find_sidecars(video)).perceivers()
    perceivers += [Shots(), Motion(), Slides()]
    if read_screen_text and ocr_is_installed():
        perceivers.append(ScreenText())
    if voice_detection_is_installed():
        perceivers.append(VoiceActivity())
    return [*perceivers, *models]


def what_is_missing(
    read_screen_text: bool = True, ocr_installed: bool | None = None
) -> tuple[str, ...]:
    """Gives a sentence for each thing that would be seen if an extra were installed.

    Args:
        read_screen_text: Whether on-screen text is wanted.
        ocr_installed: Whether the extra `ocr` is there; None looks.
    """
    installed = ocr_is_installed() if ocr_installed is None else ocr_installed
    if not read_screen_text or installed:
        return ()
    return (f"on-screen text was not read: {MissingExtra('reading it', 'ocr')}",)
