"""How a chat model is asked for plans."""

from __future__ import annotations

from dataclasses import dataclass

from foretell.errors import ConfigError


@dataclass(frozen=True, slots=True)
class LlmPlanSettings:
    """What a model is shown and how often it is asked.

    Attributes:
        samples: How many plans it is asked for.
        examples: Demonstrations shown with each, others each time as far as there are any.
        tasks: Most tasks whose steps it may choose from.
        task_mass: How much of the posterior these tasks need not go beyond, in (0, 1].
        routes: Routes of the counting planner that its plans are ranked with.
        lambda_: Weight of likeness to the request when examples are picked by MMR, in [0, 1].
        fetch_k: Among how many of the nearest demonstrations MMR picks.
        structured: Whether replies are asked for in JSON, by OpenAI's `response_format`, until
            the endpoint turns out not to have it.
        requests_in_flight: Most requests at a time.
        requests_per_second: Most requests begun in a second; None for no limit.

    Raises:
        ConfigError: If a number is out of range.
    """

    samples: int = 5
    examples: int = 3
    tasks: int = 3
    task_mass: float = 0.95
    routes: int = 20
    lambda_: float = 0.5
    fetch_k: int = 20
    structured: bool = True
    requests_in_flight: int = 8
    requests_per_second: float | None = None

    def __post_init__(self) -> None:
        for name, value, least in (
            ("samples", self.samples, 1),
            ("examples", self.examples, 0),
            ("tasks", self.tasks, 1),
            ("routes", self.routes, 1),
            ("fetch_k", self.fetch_k, 1),
            ("requests_in_flight", self.requests_in_flight, 1),
        ):
            if value < least:
                raise ConfigError(f"{name} must be {least} or more, got {value!r}")
        for name, share in (("task_mass", self.task_mass), ("lambda_", self.lambda_)):
            if not 0.0 <= share <= 1.0:
                raise ConfigError(f"{name} must lie in [0, 1], got {share!r}")
        if self.requests_per_second is not None and self.requests_per_second <= 0:
            raise ConfigError(
                f"requests_per_second must be positive, got {self.requests_per_second!r}; "
                "None is no limit"
            )
