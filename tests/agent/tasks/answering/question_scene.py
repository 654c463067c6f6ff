"""What the tests of answering with a chat model share: captions, questions, an endpoint."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from foretell.agent.agent_answering import load_model_answerer
from foretell.agent.tasks.answering.question_settings import QuestionSettings
from foretell.config import load_config
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.questions import Answerer, ChoiceAnswer, VideoQuestion
from foretell.types import Event, Interval
from tests.servers.clients import Reachable
from tests.servers.scripted_server import Request

CHOICES = ("a cat", "a mug", "a dog")
LINES = ("a person opens the tap", "a person fills a mug", "a person closes the tap")


def captions(*texts: str) -> tuple[Event, ...]:
    """Captions of two seconds each."""
    return tuple(
        Event(Interval(2.0 * place, 2.0 * place + 2), "caption", text, "made")
        for place, text in enumerate(texts)
    )


def question(
    id: str = "q1",
    *,
    video: str = "tea",
    text: str = "What is filled?",
    choices: tuple[str, ...] = CHOICES,
) -> VideoQuestion:
    """A question whose answer nobody tells."""
    return VideoQuestion(id, video, text, choices)


def answering(
    endpoint: Reachable, library: Path, config: dict[str, Any] | None = None, **settings: Any
) -> Answerer:
    """Answers on an endpoint, in plain text unless the settings say otherwise."""
    configured = load_config(
        model=f"openai:{endpoint.model}",
        base_url=endpoint.base_url,
        api_key=endpoint.key,
        library=library,
        embedder="hash",
        **({"request_retries": 0} | (config or {})),
    )
    asked: dict[str, Any] = {"choosing": "text"} | settings
    return load_model_answerer(configured, QuestionSettings(**asked), HashEmbedder())


def one(
    made: Answerer,
    asked: VideoQuestion | None = None,
    events: tuple[Event, ...] | None = None,
) -> ChoiceAnswer:
    """The answer to one question."""
    shown = captions(*LINES) if events is None else events
    (answer,) = made.answer([asked or question()], {"tea": shown})
    return answer


def told(request: Request, place: int = -1) -> str:
    """What a message of a request says."""
    return str(request.messages[place]["content"])


def form(choice: str, *evidence: str, reason: str = "It is shown.", confidence: float = 0.9) -> str:
    """A reply as structured output gives it."""
    parts = {"reason": reason, "evidence": list(evidence), "choice": choice}
    return json.dumps(parts | {"confidence": confidence})
