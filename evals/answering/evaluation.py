"""The evaluation of answers to questions with choices, whatever the set and the answerer."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from foretell.errors import ModelError, RefusedRequest
from foretell.evals.answering.diagnostics import Diagnostics, EmbedderChronology
from foretell.evals.answering.scores import QuestionScores, score_questions
from foretell.evals.answering.sets import QuestionSet
from foretell.evals.run_folder import Record, RunFolder, usage_of
from foretell.evals.runner import UNANSWERED, OnProgress, run
from foretell.evals.scoring.question_grounding import Grounding, grounding_record, score_grounding
from foretell.questions import Answerer, ChoiceAnswer, VideoQuestion
from foretell.types import Interval, Usage

_MOST_AT_FIRST = 5
"""Questions that may fail before one is answered: more speak of the settings, not of a question."""


@dataclass(frozen=True, slots=True)
class QuestionsResult:
    """The scores of an answerer, beside those of the baselines; shares are in per cent.

    Attributes:
        n: Number of questions dataset.
        scores: Of the questions with a known answer; None where there is none.
        grounding: Of the spans given with the answers, where the set has true ones.
        unparsed: Replies from which no choice could be read.
        abstained: Questions without a choice and without a reply.
        failed: Questions that the model refused for good; they count as answered wrong.
        coverage: Share of the questions whose video has captions.
        answers: What was answered, by the question's name.
        usage: Tokens and cost.
        seconds: Wall-clock time of this run, without what it took up from an earlier one.
        settings: What it was run with.
        notes: What a reader of the scores should know.
        diagnostics: What the answers owe to more than a caption and to order, where asked for.
        embedder: Whether the embedder alone tells the order of events, where that is the question.
    """

    n: int
    scores: QuestionScores | None
    grounding: Grounding | None
    unparsed: int
    abstained: int
    failed: int
    coverage: float
    answers: Mapping[str, ChoiceAnswer]
    usage: Usage
    seconds: float
    settings: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    diagnostics: Diagnostics | None = None
    embedder: EmbedderChronology | None = None

    def record(self) -> Record:
        """Returns the result as JSON can hold it."""
        scores = {} if self.scores is None else self.scores.record()
        baselines = scores.pop("baselines", {})
        grounding: Record = {}
        if self.grounding is not None:
            grounding = self.grounding.record()
            for name, score in self.grounding.baselines.items():
                baselines[name] = grounding_record(score)
        return {
            "n": self.n,
            "scored": 0 if self.scores is None else self.scores.n,
            "accuracy": None,
            "by_type": {},
            **scores,
            **grounding,
            "unparsed": self.unparsed,
            "abstained": self.abstained,
            "failed": self.failed,
            "coverage": self.coverage,
            "baselines": baselines,
            **({} if self.diagnostics is None else {"diagnostics": self.diagnostics.record()}),
            **({} if self.embedder is None else {"embedder": self.embedder.record()}),
            "usage": asdict(self.usage),
            "seconds": self.seconds,
            "settings": dict(self.settings),
            "notes": list(self.notes),
        }


def evaluate(
    dataset: QuestionSet,
    answerer: Answerer,
    *,
    blind: Answerer,
    settings: Mapping[str, Any],
    seed: int = 0,
    folder: RunFolder | None = None,
    on_progress: OnProgress | None = None,
) -> QuestionsResult:
    """Answers every question and scores the answers beside those of the baselines.

    Args:
        dataset: The questions, and what their videos show.
        answerer: Who answers.
        blind: Who answers without captions, for the baseline of that name.
        settings: What the result was made with, for its reader.
        seed: Of the resamples and of the random spans.
        folder: Keeps every answer; None keeps nothing.
        on_progress: Told after each answer.

    Raises:
        ForetellError: If an answer fails, or is none of the choices.
        RefusedRequest: If the model refuses the first questions one and all.
    """

    def predict(questions: Sequence[VideoQuestion]) -> Iterator[tuple[str, Record]]:
        answers = answerer.answer(questions, dataset.captions)
        if len(questions) == len(dataset.questions):
            answers = _some_answered(answers)
        for question, answer in zip(questions, answers, strict=True):
            yield question.id, answer_record(question, answer)

    began = time.perf_counter()
    items = {question.id: question for question in dataset.questions}
    records = run(items, predict, folder, on_progress)
    seconds = time.perf_counter() - began
    answers = {record["key"]: stored_answer(record) for record in records}
    known = [question for question in dataset.questions if question.answer is not None]
    given = [answers[question.id] for question in known]
    return QuestionsResult(
        n=len(answers),
        scores=_scores(dataset, known, given, blind, seed) if known else None,
        grounding=score_grounding(known, given, seed=seed),
        unparsed=sum(one.choice is None and bool(one.reply) for one in answers.values()),
        abstained=sum(
            one.choice is None and not one.reply and not one.failure for one in answers.values()
        ),
        failed=sum(bool(one.failure) for one in answers.values()),
        coverage=100.0 * dataset.captioned / len(items),
        answers=answers,
        usage=usage_of(records),
        seconds=seconds,
        settings=settings,
        notes=(*_notes(dataset, len(known)), *_failures(answers)),
    )


def _some_answered(answers: Iterable[ChoiceAnswer]) -> Iterator[ChoiceAnswer]:
    """Yields answers, holding failures back until something is answered.

    Raises:
        RefusedRequest: If `_MOST_AT_FIRST` fail before anything is answered, or all do.
    """
    held: list[ChoiceAnswer] = []
    is_answering = False
    for answer in answers:
        held.append(answer)
        is_answering = is_answering or not answer.failure
        if not is_answering and len(held) == _MOST_AT_FIRST:
            break
        if is_answering:
            yield from held
            held.clear()
    if held:
        raise RefusedRequest(f"{held[0].failure}; none of the first {len(held)} was answered")


def _failures(answers: Mapping[str, ChoiceAnswer]) -> Iterator[str]:
    for unanswered, what in (
        (False, "were refused for good and count as wrong"),
        (True, "were not answered in time and count as wrong until a resumed run asks again"),
    ):
        failed = {
            name: one.failure
            for name, one in answers.items()
            if one.failure and one.unanswered == unanswered
        }
        if failed:
            name, reason = next(iter(failed.items()))
            yield f"{len(failed)} of the {len(answers)} questions {what}; {name!r}: {reason}"


def _scores(
    dataset: QuestionSet,
    known: Sequence[VideoQuestion],
    given: Sequence[ChoiceAnswer],
    blind: Answerer,
    seed: int,
) -> QuestionScores:
    unseen = [answer.choice for answer in blind.answer(known, {})]
    choices = [answer.choice for answer in given]
    return score_questions(known, choices, unseen, dataset.groups, seed=seed)


def _notes(dataset: QuestionSet, known: int) -> Iterator[str]:
    n = len(dataset.questions)
    if known < n:
        yield f"{n - known} of the {n} answers are not known, so they are not scored"
    if not dataset.captioned:
        yield "no video has captions, so all questions were answered blind; give captions"
    elif dataset.captioned < n:
        yield f"{n - dataset.captioned} of the {n} questions are about videos without captions"


def answer_record(question: VideoQuestion, answer: ChoiceAnswer) -> Record:
    """Returns an answer as JSON can hold it.

    Raises:
        ModelError: If it is none of the choices, or has not as many probabilities as there are.
    """
    count = len(question.choices)
    if answer.choice is not None and not 0 <= answer.choice < count:
        raise ModelError(
            f"the answer to {question.id!r} is choice {answer.choice}; it must be 0 to {count - 1}"
        )
    if answer.probabilities and len(answer.probabilities) != count:
        raise ModelError(
            f"the answer to {question.id!r} has {len(answer.probabilities)} probabilities; it must "
            f"have {count}"
        )
    span = answer.span
    return {
        "choice": answer.choice,
        "probabilities": list(answer.probabilities),
        "span": None if span is None else [span.start, span.end],
        "reply": answer.reply,
        "usage": asdict(answer.usage),
        **({"failure": answer.failure} if answer.failure else {}),
        **({UNANSWERED: True} if answer.unanswered else {}),
    }


def stored_answer(record: Record) -> ChoiceAnswer:
    """Returns the answer that a record holds."""
    span = record["span"]
    return ChoiceAnswer(
        choice=record["choice"],
        probabilities=tuple(record["probabilities"]),
        span=None if span is None else Interval(*span),
        reply=record["reply"],
        usage=Usage(**record["usage"]),
        failure=record.get("failure", ""),
        unanswered=record.get(UNANSWERED, False),
    )
