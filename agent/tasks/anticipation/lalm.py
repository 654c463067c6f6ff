"""Long-term action anticipation by a language model that is shown examples.

After "PALM: Predicting Actions through Language Models", Kim et al., ECCV 2024 (also LALM).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from langchain_core.language_models import BaseChatModel

from foretell.actions import Action, ActionWindow, ExampleUse, Forecast
from foretell.agent.chat_models.chat_endpoint import (
    ChatEndpoint,
    Completion,
    check_some_spoke,
    is_json,
)
from foretell.agent.chat_models.in_flight import run_grouped
from foretell.agent.chat_models.limits import of_actions
from foretell.agent.chat_models.models import model_name, price_of
from foretell.agent.tasks.anticipation.lalm_prompt import (
    LalmSettings,
    actions_format,
    shortened,
    write_prompt,
)
from foretell.agent.trajectory import Meter
from foretell.config import Config
from foretell.errors import ConfigError, ModelError
from foretell.memory.embedding.embedders import load_embedder
from foretell.memory.embedding.text_vectors import Progress
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.anticipation.completion import EMPTY, parse_completion
from foretell.tools.anticipation.example_retriever import (
    ExampleGroup,
    ExampleRetriever,
)
from foretell.types import Usage

ASKED_AGAIN = "asked_again"
NOT_JSON = "not_json"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request for a future, and what was made of the reply.

    Attributes:
        prompt: What the model was shown.
        completion: What it said, without its thoughts.
        actions: (Z,) actions that were read out of it.
        repairs: How often each kind of repair was needed for that.
    """

    prompt: str
    completion: str
    actions: tuple[Action, ...]
    repairs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Samples:
    """The futures that a model was asked for, for one window.

    Attributes:
        window: What was shown.
        exchanges: One for each future.
        examples: Those that were shown, each once, in the order in which they were picked.
        usage: What it cost; replies that were kept from earlier cost nothing.
    """

    window: ActionWindow
    exchanges: tuple[Exchange, ...]
    examples: tuple[ExampleUse, ...]
    usage: Usage

    def told(self) -> Samples:
        """Returns the futures that were told, without those of replies that hold no action.

        Raises:
            ModelError: If there are none.
        """
        told = tuple(one for one in self.exchanges if not one.repairs.get(EMPTY))
        if not told:
            raise ModelError(
                f"none of {len(self.exchanges)} replies of the model held an action of the form "
                "'verb noun'; try another model"
            )
        return replace(self, exchanges=told)

    def forecast(self) -> Forecast:
        """Returns every future as a candidate."""
        repairs = Counter[str]()
        for exchange in self.exchanges:
            repairs.update(exchange.repairs)
        return Forecast(
            window=self.window,
            candidates=tuple(exchange.actions for exchange in self.exchanges),
            examples=self.examples,
            repairs=dict(repairs),
            usage=self.usage,
        )


OnSamples = Callable[[Samples], None]
_Draw = tuple[Completion, Exchange]


class LalmAnticipator:
    """Asks a chat model for each candidate future, each time with examples of its own.

    Args:
        endpoint: The model.
        taxonomy: The words that forecasts are made of.
        retriever: Where examples come from.
        settings: What is shown and how it is asked.
        price: US dollars per million input and output tokens, or None where unknown.
        on_samples: Told all that was said about a window, before its forecast is given.
    """

    def __init__(
        self,
        endpoint: ChatEndpoint,
        taxonomy: Taxonomy,
        retriever: ExampleRetriever,
        settings: LalmSettings | None = None,
        *,
        price: tuple[float, float] | None = None,
        on_samples: OnSamples = lambda samples: None,
    ) -> None:
        self.settings = settings or LalmSettings()
        self._endpoint = endpoint
        self._taxonomy = taxonomy
        self._retriever = retriever
        self._price = price
        self._on_samples = on_samples
        words = taxonomy if self.settings.vocabulary else None
        self._form = actions_format(self.settings.horizon, words)

    def forecast(self, window: ActionWindow, k: int = 5) -> Forecast:
        """Returns `k` candidate futures of a window.

        Raises:
            ConfigError: If the window has no past, or there are too few examples for it.
            ModelError: If the endpoint or the embedder fails, or the model only thinks.
        """
        return self.sample(window, k).forecast()

    def forecasts(self, windows: Iterable[ActionWindow], k: int = 5) -> Iterator[Forecast]:
        """Yields a forecast of every window as soon as it is ready, in whatever order.

        Raises:
            ConfigError: If a window has no past, or there are too few examples for it.
            ModelError: If the endpoint or the embedder fails, or the model only thinks.
        """
        return (samples.forecast() for samples in self.samples(windows, k))

    def sample(self, window: ActionWindow, n: int) -> Samples:
        """Returns `n` futures of a window, and what was said to get them.

        Raises:
            ConfigError: If the window has no past, or there are too few examples for it.
            ModelError: If the endpoint or the embedder fails, or the model only thinks.
        """
        (samples,) = self.samples([window], n)
        return samples

    def samples(self, windows: Iterable[ActionWindow], n: int) -> Iterator[Samples]:
        """Yields `n` futures of every window, with several requests in flight.

        Whoever stops early loses no reply that has come: it is kept, and read when the same is
        asked again.

        Raises:
            ConfigError: If a window has no past, or there are too few examples for it.
            ModelError: If the endpoint or the embedder fails, or the model only thinks.
        """
        begun = (self._begin(window, n) for window in windows)
        for draft, draws in run_grouped(begun, self.settings.requests_in_flight):
            check_some_spoke([completion for completion, _ in draws])
            exchanges = tuple(exchange for _, exchange in draws)
            samples = Samples(draft.window, exchanges, _distinct(draft.groups), draft.meter.usage())
            self._on_samples(samples)
            yield samples

    def _begin(self, window: ActionWindow, n: int) -> tuple[_Draft, list[Callable[[], _Draw]]]:
        if not window.past:
            raise ConfigError(
                f"the window {window.key!r} has no past actions, and at least one is needed"
            )
        query = shortened(window, self.settings)
        groups = self._retriever.groups(query, n, self.settings.examples_per_candidate)
        draft = _Draft(window, groups, Meter(self._price))
        return draft, [partial(self._draw, draft, number) for number in range(n)]

    def _draw(self, draft: _Draft, number: int) -> _Draw:
        """Asks for one future."""
        window, examples = draft.window, draft.groups[number]
        prompt = write_prompt(window, examples, self.settings, self._taxonomy)
        form = self._form if self.settings.structured else None
        repairs = Counter[str]()
        completion = self._endpoint.complete(
            prompt,
            f"{window.key} {number}",
            draft.meter,
            form,
            most_tokens=of_actions(self.settings.horizon),
        )
        if completion.asked_again:
            repairs[ASKED_AGAIN] = 1
        if form is not None and not is_json(completion.text):
            repairs[NOT_JSON] = 1
        parsed = parse_completion(
            completion.text, self._taxonomy, horizon=self.settings.horizon, last=window.past[-1]
        )
        repairs.update(parsed.repairs)
        exchange = Exchange(str(prompt), completion.text, parsed.actions, dict(repairs))
        return completion, exchange


@dataclass(frozen=True, slots=True)
class _Draft:
    """A window that is being asked about."""

    window: ActionWindow
    groups: tuple[ExampleGroup, ...]
    meter: Meter


def load_lalm(
    config: Config,
    taxonomy: Taxonomy,
    pool: Sequence[ActionWindow],
    settings: LalmSettings | None = None,
    *,
    chat_model: BaseChatModel | None = None,
    on_progress: Progress | None = None,
    on_samples: OnSamples = lambda samples: None,
) -> LalmAnticipator:
    """Returns the anticipator on the model, the endpoint and the embedder that the settings name.

    Args:
        config: Names the model, and the folder where replies and the pool's vectors are kept.
        taxonomy: The words that forecasts are made of.
        pool: Windows with a future, to be shown as examples.
        settings: What is shown and how it is asked.
        chat_model: Asked in place of the model that the settings name.
        on_progress: Called while the pool is embedded, with how many texts are done, of how many.
        on_samples: Told all that was said about a window, before its forecast is given.

    Raises:
        ConfigError: If the model or the embedder is unknown, or a key is missing.
    """
    settings = settings or LalmSettings()
    retriever = ExampleRetriever(
        [shortened(window, settings) for window in pool],
        load_embedder(config),
        settings.retrieval,
        folder=config.library / "example_vectors",
        on_progress=on_progress,
    )
    return LalmAnticipator(
        ChatEndpoint.load(config, settings.requests_per_second, chat_model=chat_model),
        taxonomy,
        retriever,
        settings,
        price=price_of(model_name(config, chat_model), config),
        on_samples=on_samples,
    )


def _distinct(groups: Sequence[ExampleGroup]) -> tuple[ExampleUse, ...]:
    return tuple(dict.fromkeys(use for group in groups for use in group))
