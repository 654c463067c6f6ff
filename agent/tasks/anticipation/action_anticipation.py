"""Forecasts what a person will do next, from a timeline or from a list of actions."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from foretell.actions import ActionSequence, ActionWindow, Forecast
from foretell.agent.tasks.anticipation.example_pool import ExamplePool, load_example_pool
from foretell.agent.tasks.anticipation.observed_actions import observe
from foretell.config import EMBEDDED, Config
from foretell.errors import ConfigError, ToolError, argument
from foretell.memory.banks.examples import ExampleBank, examples_for
from foretell.memory.words.taxonomy import Taxonomy
from foretell.ranges import check_range
from foretell.tools.anticipation.embedded import EmbeddedAnticipator
from foretell.tools.anticipation.set_search import LONGEST
from foretell.tools.anticipation.similar_pasts import WholeExamples
from foretell.types import Timeline, Usage, VideoInfo

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

OBSERVED = 8
"""Past actions that are looked at, as in Ego4D's challenge."""
MOST_CANDIDATES = 100
"""Ego4D scores 5; beyond a hundred futures, further ones only repeat."""


class ActionAnticipation:
    """Forecasts on the embedded anticipator, or on the chat model that the settings name.

    Args:
        config: Names the model.
        bank: The library's example banks.
        examples: What to learn from: name of a bank, or a file or folder of annotations; None for
            the procedures that ship with foretell.
        taxonomy: Name or file of the taxonomy to forecast in; None for that of the examples.
        horizon: Z, how many actions to forecast, at most `LONGEST`.
        optimal: Without a model, whether to give the futures with the least expected edit
            distance rather than such as read well.
        chat_model: Asked in place of the model that the settings name.

    Raises:
        ConfigError: If `horizon` is out of range, or `optimal` is set for a model.
    """

    def __init__(
        self,
        config: Config,
        bank: ExampleBank,
        *,
        examples: str | None = None,
        taxonomy: str | None = None,
        horizon: int = 20,
        optimal: bool = False,
        chat_model: BaseChatModel | None = None,
    ) -> None:
        check_range("horizon", horizon, 1, LONGEST)
        self._embedded = chat_model is None and config.model == EMBEDDED
        if optimal and not self._embedded:
            given = config.model if chat_model is None else "one of the caller's own"
            raise ConfigError(
                f"{argument('optimal')} is a choice of the model {EMBEDDED!r}, and the model is "
                f"{given!r}; leave one of them out"
            )
        self._config = config
        self._chat_model = chat_model
        self._horizon = horizon
        self._optimal = optimal
        self._bank, self._examples, self._taxonomy = bank, examples, taxonomy

    @cached_property
    def pool(self) -> ExamplePool:
        """What is learnt from.

        Raises:
            ConfigError: If examples or taxonomy are unknown.
            DatasetError: If a file of examples cannot be read.
        """
        return load_example_pool(self._bank, self._examples, self._taxonomy)

    @property
    def taxonomy(self) -> Taxonomy:
        """The words that forecasts are made of."""
        return self.pool.taxonomy

    def of_window(
        self, window: ActionWindow, k: int = 5, video: VideoInfo | None = None
    ) -> Forecast:
        """Forecasts from a list of actions.

        Args:
            window: In words of the taxonomy.
            k: K, how many candidates to give, at most `MOST_CANDIDATES`.
            video: The library's video that it was taken from, whose examples are not used.

        Raises:
            ConfigError: If `k` is out of range, examples or taxonomy are unknown, or a key of the
                model is missing.
            DatasetError: If there is nothing to learn from, or a word is not in the taxonomy.
            ModelError: If the model fails.
        """
        _check_candidates(k)
        learnt = examples_for(window, self.pool.sequences, video)
        forecast = self._ask(window, learnt, k)
        return replace(forecast, notes=(*forecast.notes, _basis(self.pool)))

    def of_timeline(
        self, timeline: Timeline, k: int = 5, at_seconds: float | None = None
    ) -> Forecast:
        """Forecasts what follows the end of a timeline, or a moment in it.

        Where neither its actions nor its captions tell an action of the taxonomy, a chat model
        forecasts in its own words from the captions.

        Args:
            timeline: What was seen.
            k: K, how many candidates to give, at most `MOST_CANDIDATES`.
            at_seconds: Up to when it is looked at; None for all of it.

        Raises:
            ConfigError: If `k` is out of range, `at_seconds` lies before the video, examples or
                taxonomy are unknown, or a key of the model is missing.
            ToolError: If the timeline tells no action, and there is no model that could do without.
            DatasetError: If there is nothing to learn from.
            ModelError: If the model fails.
        """
        _check_candidates(k)
        video = timeline.video
        if at_seconds is not None:
            if not at_seconds > video.interval.start:
                raise ConfigError(
                    f"at {at_seconds:g} s nothing of {video.name} was seen; it covers "
                    f"{video.interval}"
                )
            timeline = timeline.between(video.interval.start, min(at_seconds, video.interval.end))
        seen = observe(timeline, self.taxonomy, OBSERVED)
        if seen.window.past:
            forecast = self.of_window(seen.window, k, video)
            repairs = Counter(seen.repairs) + Counter(forecast.repairs)
            return replace(forecast, evidence=seen.events, repairs=repairs)
        if self._embedded or not seen.window.captions:
            raise ToolError(_nothing_seen(timeline, self.taxonomy))
        return self._in_own_words(seen.window, k)

    def _ask(self, window: ActionWindow, learnt: tuple[ActionSequence, ...], k: int) -> Forecast:
        if self._embedded:
            kind = EmbeddedAnticipator if self._optimal else WholeExamples
            anticipator = kind(learnt, self.taxonomy, observed=OBSERVED, horizon=self._horizon)
            return replace(anticipator.forecast(window, k), usage=Usage(cost=0.0))
        from foretell.agent.tasks.anticipation.lalm import load_lalm
        from foretell.agent.tasks.anticipation.lalm_prompt import LalmSettings
        from foretell.agent.tasks.anticipation.open_anticipation import told_none

        pool = [w for s in learnt for w in s.windows(OBSERVED, self._horizon)]
        settings = LalmSettings(observed=OBSERVED, horizon=self._horizon)
        lalm = load_lalm(self._config, self.taxonomy, pool, settings, chat_model=self._chat_model)
        samples = lalm.sample(window, k)
        told = samples.told()
        notes = told_none(len(samples.exchanges) - len(told.exchanges), k)
        return replace(told.forecast(), notes=notes)

    def _in_own_words(self, window: ActionWindow, k: int) -> Forecast:
        from foretell.agent.chat_models.chat_endpoint import ChatEndpoint
        from foretell.agent.chat_models.models import model_name, price_of
        from foretell.agent.tasks.anticipation.open_anticipation import OpenAnticipator

        endpoint = ChatEndpoint.load(self._config, chat_model=self._chat_model)
        price = price_of(model_name(self._config, self._chat_model), self._config)
        return OpenAnticipator(endpoint, self._horizon, price).forecast(window, k)


def _check_candidates(k: int) -> None:
    check_range("k", k, 1, MOST_CANDIDATES)


def _basis(pool: ExamplePool) -> str:
    basis = f"examples from {pool.name!r} in words of {pool.taxonomy.name!r}"
    return f"{basis}, which lacks words for {pool.left_out} actions" if pool.left_out else basis


def _nothing_seen(timeline: Timeline, taxonomy: Taxonomy) -> str:
    """Returns the sentence about what is missing, and how to get it."""
    name, kinds = timeline.video.name, {event.kind for event in timeline}
    read = len(timeline.of_kind("action", "caption"))
    holds = f"its {read} captions and actions" if read else "it holds neither captions nor actions"
    lack = f"{holds} tell no action in words of {taxonomy.name!r}" if read else holds
    other = " (only " + ", ".join(sorted(kinds)) + ")" if kinds and not read else ""
    return (
        f"the timeline of {name} does not show what the person did: {lack}{other}; add some with "
        f"`foretell watch {name} --captions FILE` or `--narrations FILE`"
        + ("" if not read else f", or let a chat model read them with {argument('model', 'NAME')}")
    )
