"""An evaluation of answers to questions with choices, from settings to report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from foretell.agent.tasks.answering.question_settings import QuestionSettings
from foretell.config import Config
from foretell.evals.answering.answerers import chosen_model, embedded_answerer, load_answerer
from foretell.evals.answering.diagnostics import diagnose, embedder_chronology
from foretell.evals.answering.evaluation import QuestionsResult, evaluate
from foretell.evals.answering.report import write_question_report
from foretell.evals.answering.sets import CHRONOLOGY, QuestionSet
from foretell.evals.run_folder import RunFolder, is_chat_model, open_run, shown_name
from foretell.evals.runner import OnProgress
from foretell.memory.embedding.embedders import load_embedder
from foretell.questions import ChoiceAnswer

_GUESS = 0
"""What stands where no choice was made: the servers take no blanks."""


@dataclass(frozen=True, slots=True)
class QuestionRun:
    """How questions are asked.

    Attributes:
        strategy: How the model is asked; None is the usual one of the model.
        limit: How many questions are asked, from the first; None for all.
        diagnostics: Whether they are asked three times more, for what the answers owe to order.
        seed: Of whatever is drawn at random.
        asks: What a chat model is shown and how it is asked.
        out: Folder of the run, which gets every answer as soon as it is there, `result.json` and a
            report; None keeps nothing.
        resume: Whether to go on with the run that `out` holds.
    """

    strategy: str | None = None
    limit: int | None = None
    diagnostics: bool = False
    seed: int = 0
    asks: QuestionSettings = field(default_factory=QuestionSettings)
    out: Path | None = None
    resume: bool = False


def run_questions(
    questions: QuestionSet,
    config: Config,
    how: QuestionRun,
    described: Mapping[str, object],
    on_progress: OnProgress | None = None,
) -> QuestionsResult:
    """Answers a set's questions with the model that the settings name, and scores the answers.

    Args:
        questions: What is asked.
        config: Names the model and the embedder.
        how: How it is asked.
        described: What else decides the result, for its reader and for whoever resumes the run.
        on_progress: Told after each answer.

    Raises:
        ForetellError: If a setting is wrong, the folder holds another run, or an answer fails.
    """
    asked = questions.first(how.limit)
    config = chosen_model(config, how.strategy)
    settings = {**described, **_captioner(asked, config, how)}
    embedder = load_embedder(config)
    with open_run(how.out, settings, resume=how.resume) as folder:
        answerer = load_answerer(config, how.strategy, how.asks, embedder)
        result = evaluate(
            asked,
            answerer,
            blind=embedded_answerer(config, embedder),
            settings=settings,
            seed=how.seed,
            folder=folder,
            on_progress=on_progress,
        )
        if how.diagnostics:
            found = diagnose(asked.questions, asked.captions, answerer, embedder, seed=how.seed)
            result = replace(result, diagnostics=found)
        if asked.name == CHRONOLOGY:
            told = embedder_chronology(asked.questions, asked.captions, embedder, seed=how.seed)
            result = replace(result, embedder=told)
        if folder:
            write_question_report(result, folder, model=shown_name(config.model))
            if asked.name == "egoschema":
                write_egoschema_submission(result.answers, folder)
    return result


def _captioner(asked: QuestionSet, config: Config, how: QuestionRun) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "model": config.model,
        "strategy": how.strategy,
        "embedder": config.embedder,
        "limit": how.limit,
        "diagnostics": how.diagnostics,
        "seed": how.seed,
        "questions": asked.fingerprint(),
    }
    if is_chat_model(config.model):
        settings |= {"base_url": config.base_url, "temperature": config.temperature}
        settings |= {"asks": asdict(how.asks)}
    return settings


def write_egoschema_submission(answers: Mapping[str, ChoiceAnswer], folder: RunFolder) -> None:
    """Writes `submission.json` for the validation server and `submission.csv` for Kaggle.

    A question without a choice is given the first one, as every question must have one.
    """
    places = {
        uid: _GUESS if answer.choice is None else answer.choice for uid, answer in answers.items()
    }
    folder.write("submission.json", json.dumps(places, indent=2) + "\n")
    rows = "".join(f"{uid},{place}\n" for uid, place in places.items())
    folder.write("submission.csv", f"q_uid,answer\n{rows}")
