"""Writes down what a chat model is sent by one checkout: run by `bench_tokens`, with its path.

python token_requests.py OUT.json, with the checkout as PYTHONPATH; the parts of foretell that are
used here are those that earlier versions have, too.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, convert_to_openai_messages
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import PrivateAttr

from foretell.actions import Action, ActionWindow, ExampleUse
from foretell.agent.chat_models.scripted import ScriptedModel
from foretell.agent.tasks.anticipation.lalm_prompt import LalmSettings, write_prompt
from foretell.agent.video_agent import VideoAgent
from foretell.memory.words.taxonomy import Taxonomy, Vocabulary

CLIPS = Path(os.environ["FORETELL_DATA"]) / "videos"


class RecordedModel(ScriptedModel):
    """Follows its script, and keeps each request as an endpoint would be sent it."""

    _tools: list[Any] = PrivateAttr(default_factory=list[Any])
    _sent: list[Any] = PrivateAttr(default_factory=list[Any])

    @property
    def sent(self) -> list[Any]:
        """The requests so far."""
        return self._sent

    def bind_tools(
        self, tools: Sequence[Any], **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Keeps the tools as they are offered."""
        self._tools = [convert_to_openai_tool(one) for one in tools]
        return self

    def reply(self, messages: Sequence[BaseMessage]) -> AIMessage:
        """Keeps the conversation, and goes on with the script."""
        self._sent.append({"messages": convert_to_openai_messages(messages), "tools": self._tools})
        return super().reply(messages)


def calls(query: str) -> list[AIMessage]:
    """Returns the script of an agent that searches, reads and answers."""
    search = {"name": "search_memory", "args": {"query": query}, "id": "1"}
    read = {"name": "read_timeline", "args": {"start": 20, "end": 30}, "id": "2"}
    return [
        AIMessage("", tool_calls=[search]),
        AIMessage("", tool_calls=[read]),
        AIMessage("The milk is poured [e12].\nStatus: answered\nConfidence: 0.9"),
    ]


def asked(clip: Path, captions: Path) -> dict[str, Any]:
    """Returns the requests of two questions about two videos, and of one call."""
    one_call = AIMessage("It is poured [20.0-22.0 s].\nConfidence: 0.9")
    model = RecordedModel(script=[*calls("milk"), *calls("the mug"), one_call])
    with (
        tempfile.TemporaryDirectory() as folder,
        VideoAgent(
            chat_model=model, library=folder, embedder="hash", read_screen_text=False
        ) as agent,
    ):
        other = Path(folder) / "another kitchen.mp4"
        other.write_bytes(clip.read_bytes() + b"\0")
        for video in (clip, other):
            agent.watch(video, captions=captions)
        agent.ask("When is the milk poured into the mug?", clip)
        first = len(model.sent)
        agent.ask("What is taken from the shelf?", other)
        second = len(model.sent)
        agent.ask("When is the milk poured into the mug?", clip, strategy="one-call")
    model.sent[-1]["tools"] = []
    return {
        "first": model.sent[:first],
        "second": model.sent[first:second],
        "one-call": model.sent[second:],
    }


def forecast_prompts() -> list[str]:
    """Returns what a model is asked of made-up windows, each with four examples and narrations."""
    verbs, nouns = ("take", "put", "cut", "wash", "open"), ("knife", "onion", "hand", "fridge")
    taxonomy = Taxonomy("made", Vocabulary(verbs, {}), Vocabulary(nouns, {}))

    def window(number: int) -> ActionWindow:
        made = [Action(verbs[(number + n) % 5], nouns[n * number % 4]) for n in range(28)]
        told = tuple(f"The camera wearer {one.verb}s the {one.noun}" for one in made[:8])
        return ActionWindow(f"w{number}", f"v{number}", tuple(made[:8]), tuple(made[8:]), told)

    examples = [ExampleUse(window(number), 1.0, 1.0) for number in range(1, 5)]
    return [
        str(write_prompt(window(number), examples, LalmSettings(), taxonomy))
        for number in range(20)
    ]


if __name__ == "__main__":
    clip = CLIPS / "ego_kitchen_milk_41s.mp4"
    captions = CLIPS / "ego_kitchen_milk_41s.lavila_captions.json"
    told = {**asked(clip, captions), "futures": forecast_prompts()}
    Path(sys.argv[1]).write_text(json.dumps(told), encoding="utf-8")
