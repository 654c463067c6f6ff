"""The evaluation of free answers to natural questions, by rules, beside trivial answers."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from foretell.agent.video_agent import VideoAgent
from foretell.config import Config
from foretell.errors import ConfigError
from foretell.evals.answering.verdicts import (
    FAULTS,
    VERDICTS,
    Reply,
    Rule,
    Verdict,
    judge,
    load_rules,
)
from foretell.evals.datasets.natural_questions import NaturalQuestion, NaturalQuestions
from foretell.evals.markdown import listing, pairs, table
from foretell.evals.metrics.calibration import area_under_roc, calibration_error
from foretell.evals.run_folder import Record, RunFolder, display_name, replay_file, usage_of
from foretell.evals.runner import RunOptions, run
from foretell.types import Interval, Usage

HEADINGS = VERDICTS
_LIBRARIES = "natural-questions"
_GROUPS: Mapping[str, bool] = {"plain": False, "with texts": True}
"""Names of the two kinds of question, and whether their videos have texts."""

Answered = Callable[[Record], Reply]


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with its answer and what the answer is worth."""

    question: NaturalQuestion
    rule: Rule
    reply: Reply
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Shares:
    """How many of n answers got each verdict.

    Attributes:
        n: Number of answers.
        counts: Of each verdict.
        unexplained: Denials that do not tell over how many seconds was looked.
    """

    n: int
    counts: Mapping[Verdict, int]
    unexplained: int

    @classmethod
    def of(cls, judged: Sequence[Judged]) -> Shares:
        """Counts the verdicts."""
        counts = Counter(one.verdict for one in judged)
        bare = sum(one.reply.is_unexplained for one in judged)
        return cls(len(judged), {verdict: counts[verdict] for verdict in VERDICTS}, bare)

    def percent(self, *verdicts: Verdict) -> float:
        """Returns the share of some verdicts, per cent."""
        return 100.0 * sum(self.counts[verdict] for verdict in verdicts) / self.n

    def record(self) -> Record:
        """Returns the shares in per cent as JSON can hold them."""
        shares: Record = {verdict: self.percent(verdict) for verdict in VERDICTS}
        return {"n": self.n} | shares | {"unexplained": 100.0 * self.unexplained / self.n}


@dataclass(frozen=True, slots=True)
class Confidence:
    """Whether the confidence of the n answers that carry one tells the right ones from the others.

    Attributes:
        n: How many carry one.
        auroc: In [0, 1]; None unless some of them are right and some not.
        error: Expected calibration error over 10 bins, in [0, 1]; None of none.
    """

    n: int
    auroc: float | None
    error: float | None

    @classmethod
    def of(cls, judged: Iterable[Judged]) -> Confidence:
        """Measures the answers that carry a confidence."""
        found = [
            (one.reply.confidence, one.verdict == "right")
            for one in judged
            if one.reply.confidence is not None and one.verdict != "unknown"
        ]
        sure = np.array([confidence for confidence, _ in found], dtype=np.float64)
        right = np.array([is_right for _, is_right in found], dtype=np.bool_)
        return cls(len(found), area_under_roc(sure, right), calibration_error(sure, right))


@dataclass(frozen=True, slots=True)
class NaturalResult:
    """How the answers to natural questions were judged, beside trivial ones.

    Attributes:
        judged: Every question with its answer and verdict.
        shares: Of the plain videos, and of those with texts.
        baselines: The same of trivial answers, by their names.
        confidence: Whether confidence tells right from wrong.
        usage: Tokens and cost.
        seconds: Wall-clock time of this run, of watching and answering.
        settings: What it was run with.
        notes: What a reader of the shares should know.
    """

    judged: tuple[Judged, ...]
    shares: Mapping[str, Shares]
    baselines: Mapping[str, Mapping[str, Shares]]
    confidence: Confidence
    usage: Usage
    seconds: float
    settings: Mapping[str, Any]
    notes: tuple[str, ...] = ()

    @property
    def faults(self) -> list[Judged]:
        """The answers that were denials of what is there, wrong or misleading."""
        return [one for one in self.judged if one.verdict in FAULTS]

    def record(self) -> Record:
        """Returns the result as JSON can hold it."""
        return {
            "n": len(self.judged),
            "shares": {name: shares.record() for name, shares in self.shares.items()},
            "confidence": asdict(self.confidence),
            "baselines": {
                name: {group: shares.record() for group, shares in groups.items()}
                for name, groups in self.baselines.items()
            },
            "faults": [_fault_record(one) for one in self.faults],
            "usage": asdict(self.usage),
            "seconds": self.seconds,
            "settings": dict(self.settings),
            "notes": list(self.notes),
        }


def run_natural_questions(
    dataset: NaturalQuestions,
    config: Config,
    settings: Mapping[str, object],
    options: RunOptions | None = None,
    *,
    rules: Mapping[str, Rule] | None = None,
) -> NaturalResult:
    """Watches the videos into libraries of their own, asks every question and judges the answers.

    The libraries lie in a folder of `config.library`; what was watched there is not watched again.

    Args:
        dataset: What is asked.
        config: Names the planner, the embedder and what videos are watched with.
        settings: What decides the questions, for the reader and for whoever resumes the run.
        options: How many are asked, and where the answers are kept.
        rules: By the keys of the questions; None for those that ship with foretell.

    Raises:
        ConfigError: If answers are to be replayed, the folder holds another run, or a question has
            no rule.
        ForetellError: If a video cannot be watched or a question cannot be answered.
    """
    options = options or RunOptions()
    if replay_file(config.model) is not None:
        raise ConfigError(
            f"model {config.model!r} replays choices, and these questions have none; "
            "give 'embedded' or PROVIDER:NAME"
        )
    asked = dataset.questions[: options.limit]
    rules = load_rules() if rules is None else rules
    if without := [question.key for question in asked if question.key not in rules]:
        raise ConfigError(
            f"{len(without)} of {len(asked)} questions have no rule, {without[0]!r} the first; "
            "add it to evals/answering/natural_questions.jsonl"
        )
    settings = {
        **settings,
        "limit": options.limit,
        "model": config.model,
        "embedder": config.embedder,
        "questions": len(asked),
    }

    def predict(questions: Sequence[NaturalQuestion]) -> Iterator[tuple[str, Record]]:
        yield from _answers(questions, config)

    began = time.perf_counter()
    with options.open(settings) as folder:
        items = {question.key: question for question in asked}
        records = run(items, predict, folder, options.on_progress)
        result = _judged_result(asked, rules, records, settings, dataset.absent, began)
        if folder:
            _write_report(result, folder, display_name(config.model))
    return result


def score_rows(result: NaturalResult, model: str) -> Iterator[tuple[str, list[str]]]:
    """Gives, of the model and each baseline, the name with the kind of video, and the shares."""
    for name, groups in {model: result.shares, **result.baselines}.items():
        for group, shares in groups.items():
            yield f"{name}, {group}", [f"{shares.percent(verdict):.1f}" for verdict in VERDICTS]


def result_lines(result: NaturalResult) -> Iterator[str]:
    """Yields what else there is to know in words, a line for each fact."""
    for group, shares in result.shares.items():
        yield (
            f"{group}: {shares.n} questions, {shares.unexplained} denials that do not tell what "
            "was looked at"
        )
    sure = result.confidence
    auroc, error = (
        "undefined" if figure is None else f"{figure:.2f}" for figure in (sure.auroc, sure.error)
    )
    yield f"{sure.n} answers carry a confidence: AUROC {auroc}, error of calibration {error}"
    for one in result.faults:
        yield f"{one.verdict}: {one.question.key} => {one.reply.text} (in truth: {one.rule.truth})"


def _answers(questions: Sequence[NaturalQuestion], config: Config) -> Iterator[tuple[str, Record]]:
    with ExitStack() as agents:
        by_group: dict[bool, VideoAgent] = {}
        for question in questions:
            has_texts = question.has_texts
            if has_texts not in by_group:
                library = config.library / _LIBRARIES / ("texts" if has_texts else "plain")
                own = config.model_copy(update={"library": library})
                by_group[has_texts] = agents.enter_context(VideoAgent(own))
            yield question.key, _answer_record(by_group[has_texts], question)


def _answer_record(agent: VideoAgent, question: NaturalQuestion) -> Record:
    events = agent.watch(question.file, captions=question.captions).timeline.events
    answer = agent.ask(question.text, question.file)
    spans = [(one.interval.start, one.interval.end) for one in answer.evidence]
    first = [(event.text, event.interval.start, event.interval.end) for event in events[:1]]
    return {
        "text": answer.text,
        "status": answer.status,
        "spans": spans,
        "confidence": answer.confidence,
        "first_event": first,
        "usage": asdict(answer.usage),
    }


def _given(record: Record) -> Reply:
    spans = tuple(Interval(*span) for span in record["spans"])
    return Reply(record["text"], record["status"], spans, record["confidence"])


def _always_unknown(_: Record) -> Reply:
    return Reply("Nobody knows.", "unknown")


def _always_first_event(record: Record) -> Reply:
    text, start, end = record["first_event"][0] if record["first_event"] else ("", 0.0, 0.0)
    return Reply(text, "answered", (Interval(start, end),))


_BASELINES: Mapping[str, Answered] = {
    "unknown": _always_unknown,
    "first event": _always_first_event,
}


def _judged_result(
    asked: Sequence[NaturalQuestion],
    rules: Mapping[str, Rule],
    records: Sequence[Record],
    settings: Mapping[str, Any],
    absent: Mapping[str, int],
    began: float,
) -> NaturalResult:
    def judged(reply_of: Answered) -> tuple[Judged, ...]:
        replies = [reply_of(record) for record in records]
        pairs = zip(asked, replies, strict=True)
        return tuple(
            Judged(question, rules[question.key], reply, judge(rules[question.key], reply))
            for question, reply in pairs
        )

    found = judged(_given)
    return NaturalResult(
        judged=found,
        shares=_by_group(found),
        baselines={name: _by_group(judged(reply_of)) for name, reply_of in _BASELINES.items()},
        confidence=Confidence.of(found),
        usage=usage_of(records),
        seconds=time.perf_counter() - began,
        settings=settings,
        notes=tuple(
            f"{count} questions are left out: {video} is not there"
            for video, count in absent.items()
        ),
    )


def _by_group(judged: Sequence[Judged]) -> dict[str, Shares]:
    groups = {
        name: [one for one in judged if one.question.has_texts is has_texts]
        for name, has_texts in _GROUPS.items()
    }
    return {name: Shares.of(held) for name, held in groups.items() if held}


def _fault_record(one: Judged) -> Record:
    return {
        "question": one.question.key,
        "verdict": one.verdict,
        "answer": one.reply.text,
        "status": one.reply.status,
        "confidence": one.reply.confidence,
        "truth": one.rule.truth,
    }


def _write_report(result: NaturalResult, folder: RunFolder, model: str) -> None:
    folder.write("result.json", json.dumps(result.record(), indent=2) + "\n")
    folder.write("report.md", "\n".join(_page(result, model)) + "\n")


def _page(result: NaturalResult, model: str) -> Iterator[str]:
    yield f"# Natural questions answered by {model}: {len(result.judged)} questions\n"
    yield "Shares in per cent. Unknown is honest: nobody looked, or the texts do not tell.\n"
    yield from table(("", *HEADINGS), ([name, *cells] for name, cells in score_rows(result, model)))
    yield from listing("Beside the shares", result_lines(result))
    yield from listing("Notes", result.notes)
    yield from pairs("Settings", result.settings)
