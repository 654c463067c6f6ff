"""An agent that looks at frames again, and the clip that it looks at."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from foretell.agent.video_agent import VideoAgent
from foretell.tools.decoding.pyav_backend import write_video
from foretell.types import Answer, VideoInfo
from tests.servers.replies import Call, Reply, Say
from tests.servers.scripted_server import ScriptedServer

SECONDS = 6
LOOK = Call("look_at", {"start": 1.0, "end": 5.0, "question": "What gets brighter?"})


def write_wall(file: Path) -> Path:
    """A wall that is level 30 at first and grows 30 brighter each second."""
    levels = (30 * (1 + index / 5) for index in range(5 * SECONDS))
    frames = (np.full((360, 640, 3), level, dtype=np.uint8) for level in levels)
    write_video(file, frames, frames_per_second=5)
    return file


@contextmanager
def seeing(
    server: ScriptedServer, library: Path, clip: Path, **settings: Any
) -> Generator[tuple[VideoAgent, VideoInfo]]:
    """An agent with eyes that has watched the clip."""
    settings = {
        "model": server.model,
        "vision_model": server.model,
        "base_url": server.base_url,
        "api_key": server.key,
        "embedder": "hash",
        "request_retries": 0,
        "isolate_decoding": False,
        "read_screen_text": False,
        **settings,
    }
    with VideoAgent(library=library, **settings) as agent:
        (info,) = agent.see([clip])
        yield agent, info


def ask(agent: VideoAgent, videos: Sequence[VideoInfo], question: str = "What is it?") -> Answer:
    *_, answer = agent.converse(question, videos)
    assert isinstance(answer, Answer)
    return answer


def cite_last(request: dict[str, Any]) -> Reply:
    """Cites the first label of the last tool result."""
    result: str = request["messages"][-1]["content"]
    return Say(f"It grows brighter {result.split()[0]}.")
