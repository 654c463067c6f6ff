"""The choices of the LALM route, so that each ablation of the paper is one of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from foretell.errors import ConfigError
from foretell.tools.anticipation.example_retriever import RetrievalSettings


@dataclass(frozen=True, slots=True)
class LalmSettings:
    """What a model is shown and how it is asked.

    Attributes:
        observed: Most past actions that are shown and compared.
        horizon: Z, how many future actions are asked for.
        examples_per_candidate: Size of each candidate's group of examples; 0 asks without any.
        captions: Whether captions are shown and compared.
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
            if value < least:
                raise ConfigError(f"{name} must be {least} or more, got {value!r}")
        if self.requests_per_second is not None and self.requests_per_second <= 0:
            raise ConfigError(
                f"requests_per_second must be positive, got {self.requests_per_second!r}; "
                "None is no limit"
            )
