"""An evaluation of answers to questions with choices, from settings to report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from foretell.agent.tasks.answering.question_settings import QuestionSettings
from foretell.config import Config
from foretell.evals.answering.answerers import chosen_model, embedded_answerer, load_answerer
from foretell.evals.answering.diagnostics import diagnose, embedder_chronology
from foretell.evals.answering.evaluation import QuestionsResult, evaluate
from foretell.evals.answering.report import write_question_report
from foretell.evals.answering.sets import QuestionSet
from foretell.evals.run_folder import display_name, is_chat_model
from foretell.evals.runner import RunOptions
from foretell.memory.embedding.embedders import load_embedder


@dataclass(frozen=True, slots=True)
class QuestionOptions:
    """How questions are asked.

    Attributes:
        strategy: How the model is asked; None is the usual one of the model.
        diagnostics: Whether they are asked three times more, for what the answers owe to order.
        seed: Of whatever is drawn at random.
        asks: What a chat model is shown and how it is asked.
    """

    strategy: str | None = None
    diagnostics: bool = False
    seed: int = 0
    asks: QuestionSettings = field(default_factory=QuestionSettings)


def run_questions(
    dataset: QuestionSet,
    config: Config,
    settings: Mapping[str, object],
    options: QuestionOptions | None = None,
    run: RunOptions | None = None,
) -> QuestionsResult:
    """Answers a set's questions with the model that the settings name, and scores the answers.

    Args:
        dataset: What is asked.
        config: Names the model and the embedder.
        settings: What decides the questions, for the reader and for whoever resumes the run.
        options: How they are asked; None for the defaults.
        run: How many are asked, and where the answers are kept; None asks all and keeps none.

    Raises:
        ForetellError: If a setting is wrong, the folder holds another run, or an answer fails.
    """
    options, run = options or QuestionOptions(), run or RunOptions()
    dataset = dataset.first(run.limit)
    config = chosen_model(config, options.strategy)
    settings = {**settings, "limit": run.limit, **_settings(dataset, config, options)}
    embedder = load_embedder(config)
    with run.open(settings) as folder:
        answerer = load_answerer(config, options.strategy, options.asks, embedder)
        result = evaluate(
            dataset,
            answerer,
            blind=embedded_answerer(config, embedder),
            settings=settings,
            seed=options.seed,
            folder=folder,
            on_progress=run.on_progress,
        )
        questions, captions = dataset.questions, dataset.captions
        if options.diagnostics:
            found = diagnose(questions, captions, answerer, embedder, seed=options.seed)
            result = replace(result, diagnostics=found)
        if dataset.is_of_order:
            alone = embedder_chronology(questions, captions, embedder, seed=options.seed)
            result = replace(result, embedder=alone)
        if folder:
            write_question_report(result, folder, model=display_name(config.model))
            if dataset.submission is not None:
                for name, text in dataset.submission(result.answers).items():
                    folder.write(name, text)
    return result


def _settings(dataset: QuestionSet, config: Config, options: QuestionOptions) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "model": config.model,
        "strategy": options.strategy,
        "embedder": config.embedder,
        "diagnostics": options.diagnostics,
        "seed": options.seed,
        "questions": dataset.fingerprint(),
    }
    if is_chat_model(config.model):
        settings |= {"base_url": config.base_url, "temperature": config.temperature}
        settings |= {"asks": asdict(options.asks)}
    return settings
