"""What the tests of the LALM route share: a pool of windows, their words, an endpoint."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from foretell.actions import Action, ActionSequence, ActionWindow
from foretell.agent.tasks.anticipation.lalm import LalmAnticipator, OnSamples, load_lalm
from foretell.agent.tasks.anticipation.lalm_prompt import LalmSettings
from foretell.config import load_config
from foretell.memory.words.taxonomy import Taxonomy, Vocabulary
from foretell.tools.anticipation.example_retriever import RetrievalSettings
from tests.servers.clients import Reachable

VERBS = ("take", "put", "cut", "wash", "turn on", "open", "close", "wipe")
NOUNS = ("knife", "onion", "pan", "tap", "chopping board", "door", "cloth", "bowl")
TAXONOMY = Taxonomy("kitchen", Vocabulary(VERBS, {}), Vocabulary(NOUNS, {}))
HORIZON = 6
FUTURE = "cut onion, put knife, take pan, put pan, turn on tap, wash knife"
ACTIONS = tuple(
    Action(verb, noun)
    for verb, noun in (
        ("cut", "onion"),
        ("put", "knife"),
        ("take", "pan"),
        ("put", "pan"),
        ("turn on", "tap"),
        ("wash", "knife"),
    )
)


def clip(number: int) -> ActionSequence:
    """Eighteen actions in a video of their own, each clip in an order of its own."""
    steps = range(18)
    return ActionSequence(
        name=f"clip{number}",
        video=f"video{number}",
        actions=tuple(
            Action(VERBS[(number + step) % 8], NOUNS[(number * step + step // 3) % 8])
            for step in steps
        ),
        captions=tuple(f"C{number} does step {step}." for step in steps),
        goal=f"finish job {number}",
    )


POOL = [window for number in range(10) for window in clip(number).windows(8, HORIZON)]
WINDOWS = [window for number in (20, 21) for window in clip(number).windows(8, HORIZON)]
WINDOW = WINDOWS[0]


def anticipator(
    endpoint: Reachable,
    library: Path,
    *,
    pool: Sequence[ActionWindow] = POOL,
    on_samples: OnSamples = lambda samples: None,
    config: dict[str, Any] | None = None,
    retrieval: dict[str, Any] | None = None,
    **settings: Any,
) -> LalmAnticipator:
    """An anticipator on an endpoint, in plain text unless the settings say otherwise."""
    configured = load_config(
        model=f"openai:{endpoint.model}",
        base_url=endpoint.base_url,
        api_key=endpoint.key,
        library=library,
        embedder="hash",
        **({"request_retries": 0} | (config or {})),
    )
    given: dict[str, Any] = {"horizon": HORIZON, "structured": False} | settings
    chosen = LalmSettings(**given, retrieval=RetrievalSettings(**(retrieval or {})))
    return load_lalm(configured, TAXONOMY, pool, chosen, on_samples=on_samples)


def as_json(actions: Sequence[Action] = ACTIONS) -> str:
    """A reply as structured output gives it."""
    return json.dumps({"actions": [{"verb": a.verb, "noun": a.noun} for a in actions]})


def asked(request: dict[str, Any]) -> str:
    """The user's part of a request."""
    text: str = request["messages"][-1]["content"]
    return text


def example_futures(request: dict[str, Any]) -> list[str]:
    """The futures of the examples in a request, which tell the examples apart."""
    return re.findall(r"^Future actions: (.+)$", asked(request), re.MULTILINE)
