"""What the tests of forecasts from a video share: timelines, a bank, and its words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from foretell.agent.tasks.anticipation.action_anticipation import ActionAnticipation
from foretell.config import Config, load_config
from foretell.memory.library import Library
from foretell.memory.words.taxonomy import Taxonomy, Vocabulary
from foretell.types import Event, Interval, Timeline, VideoInfo
from tests.agent.made_library import Line
from tests.agent.tasks.anticipation.lalm_scene import HORIZON, NOUNS, VERBS, clip
from tests.servers.clients import Reachable

TAXONOMY = Taxonomy("kitchen", Vocabulary(VERBS, {"grab": 0}), Vocabulary(NOUNS, {"plank": 4}))
VIDEO = VideoInfo("clips/supper.mp4", "5c3a", Interval(0.0, 60.0), 640, 480, "h264")
COOKING: tuple[Line, ...] = (
    (0, 2, "caption", "The person grabs an onion"),
    (2, 4, "caption", "The person puts the onion on the chopping board"),
    (4, 6, "caption", "The person smiles"),
    (6, 8, "caption", "The person takes a knife"),
    (8, 12, "caption", "The person cuts the onion"),
)


def timeline(*lines: Line) -> Timeline:
    """A timeline of a supper."""
    events = [Event(Interval(start, end), kind, text, "made") for start, end, kind, text in lines]
    return Timeline(VIDEO, tuple(sorted(events, key=lambda event: event.interval)))


def no_model(folder: Path) -> Config:
    """Settings of the embedded anticipator."""
    return load_config(library=folder, embedder="hash")


def on_endpoint(endpoint: Reachable, folder: Path, **settings: Any) -> Config:
    """Settings of a chat model."""
    return load_config(
        model=f"openai:{endpoint.model}",
        base_url=endpoint.base_url,
        api_key=endpoint.key,
        library=folder,
        embedder="hash",
        request_retries=0,
        **settings,
    )


def anticipation(config: Config, library: Library, **settings: Any) -> ActionAnticipation:
    """Forecasts from ten made clips, each a video of its own."""
    library.examples.add("made", [clip(number) for number in range(10)], TAXONOMY)
    given: dict[str, Any] = {"examples": "made", "horizon": HORIZON} | settings
    return ActionAnticipation(config, library.examples, **given)
