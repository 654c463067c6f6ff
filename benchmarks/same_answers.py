"""Asks all of `benchmarks.same_questions` and writes each result as one JSON line.

    python -m benchmarks.same_answers VIDEOS LIBRARY OUT [STEP]

VIDEOS is a folder that `make_videos` filled. The lines hold the records that the command line
prints with --json, without the seconds that they took. With a STEP of N, one in N is asked.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar, cast

from benchmarks.same_questions import (
    SCENES,
    Anticipation,
    Ask,
    Locate,
    PlanAsk,
    Scene,
    anticipations,
    asks,
    locates,
    plans,
)
from foretell.agent.video_agent import VideoAgent
from foretell.errors import ForetellError
from foretell.tools.perceivers import perceivers_for
from foretell.tools.watching.watch import THUMBNAILS_TRACK
from foretell.types import Event, Interval, VideoInfo

Record = dict[str, Any]
Question = TypeVar("Question", Ask, Locate, PlanAsk, Anticipation)

KINDS = ("asks", "locates", "plans", "anticipations")
WATCHED = {
    "kitchen.mp4": "ego_kitchen_milk_41s.mp4",
    "cleanroom.mp4": "nasa_cleanroom_2video_2audio_2subs.mp4",
}
"""Files of the real data, by the names that the questions give them."""
CAPTIONS = {"kitchen.mp4": "ego_kitchen_milk_41s.lavila_captions.json"}
_MADE_TRACK = "made"


def make_videos(folder: Path, data: Path) -> None:
    """Fills a folder with the real clips, and with a file for each made timeline.

    Raises:
        OSError: If a clip is not in `data`, or the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, real in WATCHED.items():
        shutil.copyfile(data / "videos" / real, folder / name)
    for name, real in CAPTIONS.items():
        shutil.copyfile(data / "videos" / real, (folder / name).with_suffix(".json"))
    for scene in SCENES:
        if scene.lines:
            (folder / scene.video).write_text(f"stands for a made timeline: {scene.video}\n")


def write_answers(videos: Path, library: Path, out: Path, step: int = 1) -> None:
    """Asks everything and writes a file of each of `KINDS`.

    Args:
        videos: Filled by `make_videos`; paths in the records are relative to it.
        library: Of the memory, made anew.
        out: Folder of the files.
        step: 1 asks everything, N one in N.

    Raises:
        ForetellError: If a clip cannot be watched.
    """
    library, out = library.resolve(), out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    with (
        contextlib.chdir(videos),
        VideoAgent(library=library, model="embedded", read_screen_text=False) as agent,
    ):
        for scene in SCENES:
            _see(agent, scene)
        _write(out, "asks", asks()[::step], lambda one: _ask(agent, one))
        _write(out, "locates", locates()[::step], lambda one: _locate(agent, one))
        _write(out, "plans", plans()[::step], lambda one: _plan(agent, one))
        _write(out, "anticipations", anticipations()[::step], lambda one: _anticipate(agent, one))


def _see(agent: VideoAgent, scene: Scene) -> None:
    """Watches a real clip, or puts a made timeline where a watched one would be."""
    if scene.lines:
        _put(agent, scene)
    elif scene.video in CAPTIONS:
        agent.watch(scene.video, captions=Path(scene.video).with_suffix(".json"))
    else:
        agent.watch(scene.video)


def _put(agent: VideoAgent, scene: Scene) -> None:
    """Keeps a made timeline, with every track done that watching would make."""
    store, digest = agent.library.store, f"made-{scene.video}"
    length = max(end for _, end, _, _ in scene.lines)
    store.put_video(VideoInfo(scene.video, digest, Interval(0.0, length), 640, 480, "h264"))
    store.remember_file(scene.video, digest)
    perceivers = perceivers_for(Path(scene.video), read_screen_text=False)
    tracks = {perceiver.source: perceiver.settings for perceiver in perceivers}
    for source, settings in {**tracks, THUMBNAILS_TRACK: "", _MADE_TRACK: ""}.items():
        store.begin_track(digest, source, settings)
        if source == _MADE_TRACK:
            for start, end, kind, text in scene.lines:
                event = Event(Interval(start, end), kind, text, _MADE_TRACK)
                store.append_event(digest, event)
        store.finish_track(digest, source)


def _ask(agent: VideoAgent, one: Ask) -> Record:
    return agent.ask(one.question, one.video, choices=one.choices).to_dict()


def _locate(agent: VideoAgent, one: Locate) -> Record:
    return agent.locate(one.query, one.video, k=one.k).to_dict()


def _plan(agent: VideoAgent, one: PlanAsk) -> Record:
    planned = agent.plan(
        one.goal, one.start, video=one.video, steps=one.steps, k=one.k, task=one.task
    )
    return planned.to_dict()


def _anticipate(agent: VideoAgent, one: Anticipation) -> Record:
    forecast = agent.anticipate(
        one.video, at_seconds=one.at_seconds, k=one.k, horizon=one.horizon, optimal=one.optimal
    )
    return forecast.to_dict()


def _write(
    out: Path, kind: str, asked: Sequence[Question], answer: Callable[[Question], Record]
) -> None:
    """Writes a line for each; what could not be answered is told by its message."""
    with (out / f"{kind}.jsonl").open("w") as file:
        for one in asked:
            try:
                record = answer(one)
            except ForetellError as error:
                record = {"error": str(error)}
            file.write(json.dumps({"asked": asdict(one), "result": without_seconds(record)}) + "\n")


def without_seconds(value: Any) -> Any:
    """Leaves how long it took out of a record."""
    if isinstance(value, dict):
        fields = cast(Record, value)
        return {name: without_seconds(one) for name, one in fields.items() if name != "seconds"}
    if isinstance(value, list | tuple):
        return [without_seconds(one) for one in cast(Sequence[Any], value)]
    return value


if __name__ == "__main__":
    write_answers(
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        Path(sys.argv[3]),
        step=int(sys.argv[4]) if len(sys.argv) > 4 else 1,
    )
