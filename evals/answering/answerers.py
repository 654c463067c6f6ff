"""Who answers in an evaluation: the embedded answerer, answers given earlier, a chat model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from foretell.agent.tasks.answering.question_settings import (
    STRATEGIES,
    QuestionSettings,
    check_strategy,
)
from foretell.config import EMBEDDED, Config
from foretell.errors import ConfigError, argument
from foretell.evals.run_folder import replay_file
from foretell.evals.scoring.choice_files import GivenChoice, read_choices
from foretell.memory.embedding.embedders import Embedder
from foretell.questions import Answerer, ChoiceAnswer, VideoQuestion
from foretell.tools.answering.embedded import EmbeddedAnswerer
from foretell.tools.texts.annotation_file import Node
from foretell.types import Event, Interval, Usage

VECTORS = "question_vectors"
"""Folder in the library that keeps the vectors of questions and captions."""


def chosen_model(config: Config, strategy: str | None) -> Config:
    """Returns the settings with the model that a strategy means: "embedded" needs no chat model.

    Raises:
        ConfigError: If there is no such strategy, or answers are replayed and need none.
    """
    if strategy is None:
        return config
    if strategy not in (EMBEDDED, *STRATEGIES):
        known = ", ".join((EMBEDDED, *STRATEGIES))
        raise ConfigError(f"{argument('strategy')} {strategy!r} is unknown; give one of {known}")
    if replay_file(config.model):
        raise ConfigError(
            f"{argument('strategy')} {strategy!r} was given, and {argument('model')} "
            f"{config.model!r} replays answers that "
            "were given already; leave one of them out"
        )
    return config.model_copy(update={"model": EMBEDDED}) if strategy == EMBEDDED else config


def load_answerer(
    config: Config, strategy: str | None, asks: QuestionSettings, embedder: Embedder
) -> Answerer:
    """Returns the answerer that the settings name.

    Args:
        config: Whose `model` is "embedded", "replay:FILE" or `NAME` or `PROVIDER:NAME` of a chat
            model.
        strategy: How a chat model is asked; None is as `asks` has it.
        asks: How a chat model is asked otherwise.
        embedder: Compares texts, for the embedded answerer and for what a chat model is shown.

    Raises:
        ConfigError: If the model or the strategy is unknown, they do not go together, or a key is
            missing.
        DatasetError: If stored answers cannot be read.
    """
    if file := replay_file(config.model):
        return ReplayAnswerer(file)
    if config.model == EMBEDDED and strategy in (None, EMBEDDED):
        return embedded_answerer(config, embedder)
    from foretell.agent.agent_answering import load_model_answerer

    settings = asks if strategy is None else replace(asks, strategy=check_strategy(strategy))
    return load_model_answerer(config, settings, embedder)


def embedded_answerer(config: Config, embedder: Embedder) -> Answerer:
    """Returns the answerer that needs no language model, its vectors kept in the library."""
    return EmbeddedAnswerer(embedder, config.library / VECTORS)


class ReplayAnswerer:
    """Gives the answers of a file: completions in free words are read, places of choices taken.

    Args:
        file: What was answered, in a form that `read_choices` reads, such as the
            `predictions.jsonl` of a run folder.

    Raises:
        DatasetError: If the file cannot be read, or is in no known form.
    """

    def __init__(self, file: Path) -> None:
        self._given = read_choices(file)

    def answer(
        self, questions: Sequence[VideoQuestion], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[ChoiceAnswer]:
        """Yields the answers in the order of the questions.

        Raises:
            DatasetError: If the file holds none of a question.
        """
        for question in questions:
            yield _answer(self._given.of(question.id), question.choices)


def _answer(given: GivenChoice, choices: Sequence[str]) -> ChoiceAnswer:
    fields = given.node.fields()
    said = fields.get("reply", given.value)
    return ChoiceAnswer(
        choice=given.place(choices),
        span=_span(given.node, fields.get("span")),
        reply="" if said is None else str(said),
        usage=Usage(cost=0.0),
    )


def _span(node: Node, written: object) -> Interval | None:
    if written is None:
        return None
    try:
        start, end = (float(str(one.value)) for one in replace(node, value=written).items())
        return Interval(start, end)
    except ValueError as error:
        raise node.error(f"field 'span' is {written!r}; give [start, end] in seconds") from error
