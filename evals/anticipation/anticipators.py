"""Who forecasts in an evaluation: the embedded anticipator, stored completions, a chat model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Literal, Protocol, get_args

import numpy as np

from foretell.actions import ActionWindow, Forecast
from foretell.agent.tasks.anticipation.lalm import Samples
from foretell.config import EMBEDDED, Config
from foretell.errors import ConfigError, argument
from foretell.evals.anticipation.parallel import ParallelAnticipator
from foretell.evals.anticipation.replay import ReplayAnticipator
from foretell.evals.datasets.ego4d_lta import AnticipationTask
from foretell.evals.run_folder import JsonLines, Record, RunFolder, is_chat_model, replay_file
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.anticipation.anticipator import ConcurrentAnticipator, OneByOne
from foretell.tools.anticipation.embedded import EmbeddedAnticipator
from foretell.tools.anticipation.set_selection import select_set

if TYPE_CHECKING:
    from foretell.agent.tasks.anticipation.lalm import LalmAnticipator, Samples
    from foretell.agent.tasks.anticipation.lalm_prompt import LalmSettings


Candidates = Literal["llm", "llm+embedded"]
COMPLETIONS = "completions"


def load_anticipator(
    task: AnticipationTask,
    config: Config,
    lalm: LalmSettings | None = None,
    folder: RunFolder | None = None,
    candidates: str = "llm",
    workers: int | None = None,
) -> ConcurrentAnticipator:
    """Returns the anticipator that the settings name.

    Args:
        task: What it will forecast; all of it, where only the first windows are asked for, since
            stored completions stand in the order of all windows.
        config: Whose `model` is "embedded", "replay:FILE" or `NAME` or `PROVIDER:NAME` of a chat
            model.
        lalm: What a chat model is shown and how it is asked.
        folder: Where prompts and completions of a chat model are kept, as `replay:` reads them;
            None keeps none.
        candidates: Of a chat model: "llm" gives what it tells, "llm+embedded" chooses among that
            and what the embedded anticipator draws.
        workers: Most processes that the embedded anticipator runs in; None for one a core.

    Raises:
        ConfigError: If `candidates` or the model is unknown, they do not go together, `workers` is
            not positive, or a key is missing.
        DatasetError: If there is nothing to learn from, or stored completions cannot be read or
            are not those of these windows.
    """
    if candidates not in get_args(Candidates):
        raise ConfigError(
            f"{argument('candidates')} {candidates!r} is unknown; give 'llm' or 'llm+embedded'"
        )
    if candidates != "llm" and not is_chat_model(config.model):
        raise ConfigError(
            f"{argument('candidates')} {candidates} needs a chat model, and "
            f"{argument('model')} is {config.model!r}; "
            "name one"
        )
    if config.model == EMBEDDED:
        return ParallelAnticipator(_embedded(task), workers)
    if file := replay_file(config.model):
        keys = [window.key for window in task.windows]
        return OneByOne(ReplayAnticipator(file, keys, task.taxonomy, task.horizon))
    lines = folder.lines(COMPLETIONS) if folder else None
    recorded = _RecordedLalm(_lalm(task, config, lalm), lines)
    if candidates == "llm":
        return recorded

    return JointAnticipator(recorded, _embedded(task), task.taxonomy)


def _embedded(task: AnticipationTask) -> EmbeddedAnticipator:
    return EmbeddedAnticipator(
        task.pool,
        task.taxonomy,
        observed=task.observed,
        horizon=task.horizon,
        recognised=task.recognised,
    )


def _lalm(task: AnticipationTask, config: Config, lalm: LalmSettings | None) -> LalmAnticipator:
    from foretell.agent.tasks.anticipation.lalm import load_lalm

    pool = [w for clip in task.pool for w in clip.windows(task.observed, task.horizon)]
    return load_lalm(config, task.taxonomy, pool, lalm)


class _RecordedLalm:
    """Keeps each prompt and completion of a chat model, so that the run can be replayed."""

    def __init__(self, lalm: LalmAnticipator, lines: JsonLines | None) -> None:
        self._lalm = lalm
        self._lines = lines

    def samples(self, windows: Iterable[ActionWindow], n: int) -> Iterator[Samples]:
        for samples in self._lalm.samples(windows, n):
            if self._lines:
                self._lines.append(_samples_record(samples))
            yield samples

    def forecasts(self, windows: Iterable[ActionWindow], k: int = 5) -> Iterator[Forecast]:
        return (samples.forecast() for samples in self.samples(windows, k))


def _samples_record(samples: Samples) -> Record:
    exchanges = samples.exchanges
    return {
        "key": samples.window.key,
        "prompts": [exchange.prompt for exchange in exchanges],
        "completions": [exchange.completion for exchange in exchanges],
        "parses": [[str(action) for action in exchange.actions] for exchange in exchanges],
        "repairs": [dict(exchange.repairs) for exchange in exchanges],
        "usage": asdict(samples.usage),
    }


class SamplesFutures(Protocol):
    """What asks a chat model for futures, such as `LalmAnticipator`."""

    def samples(self, windows: Iterable[ActionWindow], n: int) -> Iterator[Samples]:
        """Returns `n` futures of every window, in whatever order."""
        ...


class JointAnticipator:
    """Asks a chat model for more futures than are wanted, adds drawn ones, and selects K.

    Both sources have the same say: the weights of each one's futures add up to a half.

    Args:
        lalm: Asks the chat model.
        embedded: Draws futures from the pool.
        taxonomy: The words of both.
        oversampling: Futures asked of the chat model for each candidate wanted.
    """

    def __init__(
        self,
        lalm: SamplesFutures,
        embedded: EmbeddedAnticipator,
        taxonomy: Taxonomy,
        *,
        oversampling: int = 2,
    ) -> None:
        self._lalm = lalm
        self._embedded = embedded
        self._taxonomy = taxonomy
        self._oversampling = oversampling

    def forecasts(self, windows: Iterable[ActionWindow], k: int = 5) -> Iterator[Forecast]:
        """Yields a forecast of every window as soon as it is ready, in whatever order.

        Raises:
            ForetellError: If either source fails.
        """
        for samples in self._lalm.samples(windows, self._oversampling * k):
            yield self._select(samples, k)

    def _select(self, samples: Samples, k: int) -> Forecast:
        generated = np.stack([self._taxonomy.encode(one.actions) for one in samples.exchanges])
        drawn = self._embedded.sample(samples.window)
        weights = np.repeat([0.5 / len(generated), 0.5 / len(drawn)], [len(generated), len(drawn)])
        chosen = select_set(np.concatenate([generated, drawn]), k, weights=weights)
        candidates = tuple(self._taxonomy.decode(candidate) for candidate in chosen)
        note = f"chosen among {len(generated)} futures that the model told and {len(drawn)} drawn"
        return replace(samples.forecast(), candidates=candidates, notes=(note,))
