"""Reads all subtitles that are found for a video, and each language of them once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from foretell.errors import DatasetError
from foretell.tools.decoding.video import Video
from foretell.tools.importing.sidecars import EMBEDDED, Sidecar
from foretell.tools.importing.subtitles import SubtitleFile, read_subtitles
from foretell.tools.subtitles.choice import Candidate, left_out, main_track
from foretell.tools.subtitles.cues import Cue, speech_events
from foretell.tools.texts.timed_text import within_video


def read_found(sidecars: Sequence[Sidecar], video: Video) -> dict[str, SubtitleFile]:
    """Gives what each source says of a video, nothing where another one says as much."""
    found = {one.source: _read_or_tell(one.path, video) for one in sidecars}
    candidates = [
        Candidate(one.source, found[one.source].events, one.language, one.is_forced)
        for one in sidecars
    ]
    track, remarks = _embedded(video)
    found[EMBEDDED] = SubtitleFile(() if track is None else track.events, remarks)
    for name, fuller in left_out([*candidates, *([track] if track else [])]).items():
        said = f"{_shown(name)} is left out, as {_shown(fuller)} says as much"
        found[name] = SubtitleFile((), (*found[name].remarks, said))
    return found


def _shown(source: str) -> str:
    return "the subtitle track" if source == EMBEDDED else source.removeprefix("subtitles:")


def _read_or_tell(path: Path, video: Video) -> SubtitleFile:
    try:
        return read_subtitles(path, video.info)
    except DatasetError as error:
        return SubtitleFile((), (f"subtitles were found and not read: {error}",))


def _embedded(video: Video) -> tuple[Candidate | None, tuple[str, ...]]:
    """Gives the track within the video that is read, and a remark where there are others."""
    cues: dict[int, list[Cue]] = {}
    for number, interval, text in video.subtitles():
        cues.setdefault(number, []).append(Cue(interval, tuple(filter(None, text.split("\n")))))
    languages = dict(enumerate(video.info.subtitle_tracks))
    tracks = {
        number: Candidate(
            EMBEDDED,
            tuple(within_video(speech_events(told, EMBEDDED), video.info)),
            languages.get(number, "").replace("und", ""),
        )
        for number, told in sorted(cues.items())
    }
    told = {number: track for number, track in tracks.items() if track.events}
    chosen = main_track(list(told.values()))
    if chosen is None or len(told) < 2:
        return chosen, ()
    number = next(number for number, track in told.items() if track is chosen)
    return chosen, (
        f"of {len(told)} subtitle tracks that say something, track {number + 1} is read"
        f"{f' ({chosen.language})' if chosen.language else ''}",
    )
