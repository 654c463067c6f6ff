"""An agent on an endpoint, with a library made without decoding."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foretell.agent.planner_events import TextDelta
from foretell.agent.video_agent import VideoAgent
from foretell.types import Answer, VideoInfo
from tests.agent.made_library import KITCHEN, put, video
from tests.servers.clients import Reachable
from tests.servers.scripted_server import Request

QUESTION = "When is the milk poured?"
TOOLS = [
    "overview",
    "search_memory",
    "read_timeline",
    "query_timeline",
    "find_moment",
    "anticipate_actions",
    "plan_steps",
]


@dataclass(frozen=True)
class Asker:
    """An agent with a kitchen video to ask about."""

    agent: VideoAgent
    kitchen: VideoInfo

    def events(
        self, question: str = QUESTION, *, choices: Sequence[str] = (), stream: bool = False
    ) -> list[object]:
        """All that happens until the answer, the answer last."""
        return list(self.agent.converse(question, [self.kitchen], choices=choices, stream=stream))

    def ask(
        self, question: str = QUESTION, *, choices: Sequence[str] = (), stream: bool = False
    ) -> Answer:
        """The answer."""
        answer = self.events(question, choices=choices, stream=stream)[-1]
        assert isinstance(answer, Answer)
        return answer


@contextmanager
def asker(endpoint: Reachable, library: Path, **settings: Any) -> Generator[Asker]:
    """An agent on `endpoint` whose library is searched by words."""
    settings = {
        "model": endpoint.model,
        "base_url": endpoint.base_url,
        "api_key": endpoint.key,
        "embedder": "hash",
        "request_retries": 0,
        **settings,
    }
    with VideoAgent(library=library, **settings) as agent:
        yield Asker(agent, put(agent.library, video("kitchen"), KITCHEN))


def words(events: Sequence[object]) -> str:
    """What was streamed."""
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def tool_results(request: Request) -> list[str]:
    """What the tools gave, as the model is told it."""
    return [message["content"] for message in request.messages if message["role"] == "tool"]
