"""Validates the settings of how a chat model is asked about a video."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from foretell.config import EMBEDDED
from foretell.errors import ConfigError
from foretell.ranges import check_positive, check_range
from foretell.tools.representation.renderer import Representation

Strategy = Literal["one-call", "summarise", "agent"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
Choosing = Literal["form", "likelihood", "text"]
CHOOSINGS: tuple[Choosing, ...] = get_args(Choosing)


@dataclass(frozen=True, slots=True)
class QuestionSettings:
    """How a question is answered and what the model is shown.

    Attributes:
        strategy: "one-call" shows the timeline and asks; "summarise" asks for a summary with the
            question in mind first, and answers from that alone; "agent" lets the model search and
            read the timeline through tools.
        choosing: How a choice is told: "form" asks for JSON until the endpoint turns out not to
            have it, "likelihood" takes the likeliest label by its log-probability, "text" reads
            plain words. The agent answers in plain words.
        representation: How the timeline is shown.
        summary_words: Most words of a summary.
        summary_parts: Into how many parts a timeline that does not fit is cut, at most, each
            summarised by itself.
        requests_in_flight: Most requests at a time.
        requests_per_second: Most requests begun in a second; None for no limit.

    Raises:
        ConfigError: If a setting is unknown or out of range.
    """

    strategy: Strategy = "one-call"
    choosing: Choosing = "form"
    representation: Representation = field(default_factory=Representation)
    summary_words: int = 500
    summary_parts: int = 8
    requests_in_flight: int = 8
    requests_per_second: float | None = None

    def __post_init__(self) -> None:
        check_strategy(self.strategy)
        if self.choosing not in CHOOSINGS:
            raise ConfigError(
                f"choosing must be one of {', '.join(CHOOSINGS)}, got {self.choosing!r}"
            )
        for name, value in (
            ("summary_words", self.summary_words),
            ("summary_parts", self.summary_parts),
            ("requests_in_flight", self.requests_in_flight),
        ):
            check_range(name, value, 1)
        check_positive("requests_per_second", self.requests_per_second, hint="None is no limit")


def check_chat_model(model: str, strategy: Strategy) -> None:
    """Checks that a strategy that asks a chat model has one.

    Raises:
        ConfigError: If the model is "embedded".
    """
    if model == EMBEDDED:
        raise ConfigError(
            f"strategy {strategy!r} asks a chat model, and the model is {EMBEDDED!r}; name one, "
            "such as 'openai:NAME'"
        )


def check_strategy(name: str) -> Strategy:
    """Returns the strategy of that name.

    Raises:
        ConfigError: If there is none.
    """
    for strategy in STRATEGIES:
        if strategy == name:
            return strategy
    raise ConfigError(f"strategy must be one of {', '.join(STRATEGIES)}, got {name!r}")
