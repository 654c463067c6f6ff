"""Writes down what a chat model is sent by one checkout: run by `bench_tokens`, with its path.

python -m benchmarks.token_requests OUT.json, with the checkout as PYTHONPATH; the parts of foretell
that are used here are those that earlier versions have, too.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

CLIPS = Path(os.environ["FORETELL_DATA"]) / "videos"


def calls(query: str) -> list[Any]:
    """Returns the script of an agent that searches, reads and answers."""
    from tests.servers.replies import Call, Say

    return [
        Call("search_memory", {"query": query}),
        Call("read_timeline", {"start": 20, "end": 30}),
        Say("The milk is poured [e12].\nStatus: answered\nConfidence: 0.9"),
    ]


def asked(clip: Path, captions: Path) -> dict[str, Any]:
    """Returns the requests of two questions about two videos, and of one call."""
    from foretell.agent.video_agent import VideoAgent
    from tests.servers.replies import Say
    from tests.servers.scripted_server import ScriptedServer

    one_call = Say("It is poured [20.0-22.0 s].\nConfidence: 0.9")
    script = [*calls("milk"), *calls("the mug"), one_call]
    with (
        tempfile.TemporaryDirectory() as folder,
        ScriptedServer(script) as server,
        VideoAgent(
            library=folder, model=server.model, base_url=server.base_url, api_key=server.key,
            embedder="hash", read_screen_text=False, cache_responses=False,
        ) as agent,
    ):  # fmt: skip
        other = Path(folder) / "another kitchen.mp4"
        other.write_bytes(clip.read_bytes() + b"\0")
        for video in (clip, other):
            agent.watch(video, captions=captions)
        agent.ask("When is the milk poured into the mug?", clip)
        first = len(server.requests)
        agent.ask("What is taken from the shelf?", other)
        second = len(server.requests)
        agent.ask("When is the milk poured into the mug?", clip, strategy="one-call")
        bodies = [request.body for request in server.requests]
    return {"first": bodies[:first], "second": bodies[first:second], "one-call": bodies[second:]}


def forecast_prompts() -> list[str]:
    """Returns what a model is asked of made-up windows, each with four examples and narrations."""
    from foretell.actions import Action, ActionWindow, ExampleUse
    from foretell.agent.tasks.anticipation.lalm_prompt import LalmSettings, write_prompt
    from foretell.memory.words.taxonomy import Taxonomy, Vocabulary

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
    Path(sys.argv[1]).write_text(
        json.dumps({**asked(clip, captions), "futures": forecast_prompts()}), encoding="utf-8"
    )
