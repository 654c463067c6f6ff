"""Writes the prompt for one candidate future: examples, then the actions to be continued."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from foretell.actions import Action, ActionWindow, ExampleUse
from foretell.agent.chat_models.chat_endpoint import ChatPrompt
from foretell.agent.chat_models.response_format import (
    ResponseFormat,
    list_of,
    response_format,
    text_of,
)
from foretell.memory.words.taxonomy import Taxonomy
from foretell.prompts.loader import load_prompt
from foretell.ranges import check_positive, check_range
from foretell.tools.anticipation.example_retriever import (
    RetrievalSettings,
)
from foretell.tools.texts.text_cleaning import one_line

_LONGEST_ACTION = 48
"""Characters of an action: the longest verb and noun of Ego4D have 43 together."""


def write_prompt(
    window: ActionWindow,
    examples: Sequence[ExampleUse],
    settings: LalmSettings,
    taxonomy: Taxonomy,
) -> ChatPrompt:
    """Writes a prompt after LALM's: past and future of each example, then the query.

    Every example is shown with its future, the window with its past alone.
    """
    window = shortened(window, settings)
    windows = [shortened(use.window, settings) for use in examples]
    if not settings.example_captions:
        windows = [replace(example, captions=()) for example in windows]
    problem = load_prompt("anticipate_problem").fill(situation=_situation(window))
    return ChatPrompt(
        system=_instruction(len(window.past), settings, taxonomy),
        user="\n\n".join([*_worked(windows), problem]),
    )


def shortened(window: ActionWindow, settings: LalmSettings) -> ActionWindow:
    """Returns a window with only what is to be shown and compared of it."""
    return replace(
        window,
        past=window.past[-settings.observed :],
        future=window.future[: settings.horizon],
        captions=window.captions[-settings.observed :] if settings.captions else (),
        goal=window.goal if settings.goal else "",
    )


def _instruction(observed: int, settings: LalmSettings, taxonomy: Taxonomy) -> str:
    instruction = load_prompt("anticipate").fill(observed=observed, horizon=settings.horizon)
    if not settings.vocabulary:
        return instruction
    words = load_prompt("anticipate_vocabulary").fill(
        verbs=_words(taxonomy.verbs.labels), nouns=_words(taxonomy.nouns.labels)
    )
    return f"{instruction}\n\n{words}"


def _worked(examples: Sequence[ActionWindow]) -> list[str]:
    template = load_prompt("anticipate_example")
    return [
        template.fill(
            number=number,
            situation=_situation(example),
            future=_listed(example.future),
        )
        for number, example in enumerate(examples, start=1)
    ]


def _situation(window: ActionWindow) -> str:
    lines: list[str] = []
    if window.goal:
        lines.append(f"Goal: {one_line(window.goal)}")
    if window.captions:
        lines.append(f"Narrations: {' '.join(_sentence(text) for text in window.captions)}")
    lines.append(f"Past actions: {_listed(window.past)}")
    return "\n".join(lines)


def _listed(actions: Iterable[Action]) -> str:
    return _words(map(str, actions))


def _words(words: Iterable[str]) -> str:
    return ", ".join(map(one_line, words))


def _sentence(text: str) -> str:
    return one_line(text).rstrip(".") + "."


def actions_format(horizon: int, taxonomy: Taxonomy | None = None) -> ResponseFormat:
    """Returns OpenAI's `response_format` for a list of actions, each "verb noun".

    Args:
        horizon: How many there must be.
        taxonomy: The only words that are allowed; None allows any.
    """
    slots = () if taxonomy is None else (taxonomy.verbs.labels, taxonomy.nouns.labels)
    words = [f"({'|'.join(map(re.escape, dict.fromkeys(labels)))})" for labels in slots]
    pattern = f"^{' '.join(words)}$" if words else ""
    action = text_of(longest=_LONGEST_ACTION, pattern=pattern)
    return response_format("future_actions", actions=list_of(action, horizon, horizon))


@dataclass(frozen=True, slots=True)
class LalmSettings:
    """What a model is shown and how it is asked.

    Attributes:
        observed: Most past actions that are shown and compared.
        horizon: Z, how many future actions are asked for.
        examples_per_candidate: Size of each candidate's group of examples; 0 asks without any.
        captions: Whether captions are shown and compared.
        example_captions: Whether those of the examples are shown, too, as LALM does: they say again
            what the actions say, in half the tokens of a prompt.
        goal: Whether the goal is shown, where there is one.
        vocabulary: Whether the taxonomy's words are listed.
        structured: Whether replies are asked for in JSON, by OpenAI's `response_format`, until
            the endpoint turns out not to have it.
        retrieval: How examples are chosen.
        requests_in_flight: Most requests at a time.
        requests_per_second: Most requests begun in a second; None for no limit.

    Raises:
        ConfigError: If a number is out of range.
    """

    observed: int = 8
    horizon: int = 20
    examples_per_candidate: int = 4
    captions: bool = True
    example_captions: bool = False
    goal: bool = True
    vocabulary: bool = False
    structured: bool = True
    retrieval: RetrievalSettings = field(default_factory=RetrievalSettings)
    requests_in_flight: int = 8
    requests_per_second: float | None = None

    def __post_init__(self) -> None:
        for name, value, least in (
            ("observed", self.observed, 1),
            ("horizon", self.horizon, 1),
            ("examples_per_candidate", self.examples_per_candidate, 0),
            ("requests_in_flight", self.requests_in_flight, 1),
        ):
            check_range(name, value, least)
        check_positive("requests_per_second", self.requests_per_second, hint="None is no limit")
