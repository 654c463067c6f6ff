"""Who answers in an evaluation: the embedded answerer, stored answers, a chat model."""

from __future__ import annotations

from foretell.config import EMBEDDED, Config
from foretell.errors import ConfigError
from foretell.evals.model_names import replay_file
from foretell.evals.question_replay import ReplayAnswerer
from foretell.memory.embedders import Embedder
from foretell.tools.answering.answerer import Answerer

VECTORS = "question_vectors"
"""Folder in the library that keeps the vectors of questions and captions."""

STRATEGIES = (EMBEDDED, "one-call", "summarise", "agent")


def load_answerer(config: Config, strategy: str | None, embedder: Embedder) -> Answerer:
    """Gives the answerer that the settings name.

    Args:
        config: Whose `model` is "embedded", "replay:FILE" or `NAME` or `PROVIDER:NAME` of a chat
            model.
        strategy: How a chat model is asked; None is "one-call".
        embedder: Compares texts, for the embedded answerer and for what a chat model is shown.

    Raises:
        ConfigError: If the model or the strategy is unknown, they do not go together, or a key is
            missing.
        DatasetError: If stored answers cannot be read.
    """
    if strategy is not None and strategy not in STRATEGIES:
        raise ConfigError(
            f"--strategy {strategy!r} is unknown; give one of {', '.join(STRATEGIES)}"
        )
    if file := replay_file(config.model):
        return ReplayAnswerer(file)
    if strategy == EMBEDDED or (strategy is None and config.model == EMBEDDED):
        return embedded_answerer(config, embedder)
    if config.model == EMBEDDED:
        raise ConfigError(
            f"--strategy {strategy!r} asks a chat model; name one with --model, or give --strategy "
            "embedded"
        )
    raise ConfigError("not wired")


def embedded_answerer(config: Config, embedder: Embedder) -> Answerer:
    """Gives the answerer that needs no language model, its vectors kept in the library."""
    from foretell.tools.answering.embedded import EmbeddedAnswerer

    return EmbeddedAnswerer(embedder, config.library / VECTORS)
