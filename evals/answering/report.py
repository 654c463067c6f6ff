"""A finished evaluation of answers as a page for people."""

from __future__ import annotations

import json
from collections.abc import Iterator

from foretell.evals.answering.evaluation import QuestionsResult
from foretell.evals.markdown import listing, pairs, table, usage_text
from foretell.evals.metrics.grounded_answers import GroundedScores
from foretell.evals.run_folder import RunFolder

HEADINGS = ("right", "95 %")
SPAN_HEADINGS = ("Acc@GQA", "mIoP", "mIoU", "IoP 0.5", "IoU 0.5")


def write_question_report(result: QuestionsResult, folder: RunFolder, *, model: str) -> None:
    """Writes `report.md` and `result.json`."""
    folder.write("result.json", json.dumps(result.record(), indent=2) + "\n")
    folder.write("report.md", "\n".join(_page(result, model)) + "\n")


def score_rows(result: QuestionsResult, model: str) -> Iterator[tuple[str, list[str]]]:
    """Gives, of the model and each baseline, the name and its figures as words."""
    if result.scores is None:
        return
    for name, score in {model: result.scores.score, **result.scores.baselines}.items():
        interval = score.interval
        yield name, [f"{score.accuracy:.2f}", f"{interval.low:.1f} to {interval.high:.1f}"]


def span_rows(result: QuestionsResult, model: str) -> Iterator[tuple[str, list[str]]]:
    """Gives, of the model's spans and each trivial one, the name and its figures as words."""
    if result.grounding is None:
        return
    for name, score in {model: result.grounding.score, **result.grounding.baselines}.items():
        yield name, [f"{100.0 * figure:.2f}" for figure in _figures(score)]


def result_lines(result: QuestionsResult) -> Iterator[str]:
    """Yields what else there is to know in words, a line for each fact."""
    if result.scores is not None:
        kinds = (f"{name} {one.percent:.2f}" for name, one in result.scores.by_type.items())
        if shares := ", ".join(kinds):
            yield f"by type: {shares}"
        splits = (
            f"{name} {one.percent:.2f} of {one.n}" for name, one in result.scores.by_split.items()
        )
        yield f"by split of the videos: {', '.join(splits)}"
        whole = result.scores.all_of_video
        yield f"all questions of a video right: {whole.percent:.2f} % of {whole.n} videos"
    if result.grounding is not None:
        yield f"answers without a span: {result.grounding.null_rate:.2f} %"
    yield (
        f"captions of {result.coverage:.1f} % of the questions, {result.unparsed} replies unparsed,"
        f" {result.abstained} abstained"
    )
    yield from _diagnostics_lines(result)
    if found := result.embedder:
        yield (
            f"order told by the embedder alone: {found.accuracy:.2f} % of {found.n} descriptions "
            f"({found.interval.low:.1f} to {found.interval.high:.1f})"
        )


def _diagnostics_lines(result: QuestionsResult) -> Iterator[str]:
    if found := result.diagnostics:
        yield (
            f"right of {found.n} with one caption {found.one:.2f} %, all {found.all:.2f} %, "
            f"shuffled {found.shuffled:.2f} %, the most telling one {found.chosen:.2f} %"
        )
        gains = {
            "frame gain": found.frame_gain,
            "order sensitivity": found.order_sensitivity,
            "information disparity": found.information_disparity,
        }
        yield ", ".join(
            f"{name} {'undefined' if gain is None else f'{gain:.1f} %'}"
            for name, gain in gains.items()
        )


def _figures(score: GroundedScores) -> tuple[float, ...]:
    return score.acc_gqa, score.miop, score.miou, score.iop_at[1], score.iou_at[1]


def _page(result: QuestionsResult, model: str) -> Iterator[str]:
    yield f"# {result.settings['evaluation']} by {model}: {result.n} questions\n"
    yield (
        f"{result.seconds:.1f} s of answering. All figures are per cent and higher is better; a "
        "question without a choice counts as wrong. Random is what guessing gets on average, "
        "majority the commonest place of these very answers, longest the longest choice, and blind "
        "the embedded answerer without captions. The 95 % interval resamples videos.\n"
    )
    yield from table(("", *HEADINGS), ([name, *cells] for name, cells in score_rows(result, model)))
    if result.grounding is not None:
        yield "\nThe trivial spans below stand beside the same answers.\n"
        spans = span_rows(result, model)
        yield from table(("", *SPAN_HEADINGS), ([name, *cells] for name, cells in spans))
    yield from listing("Beside the scores", result_lines(result))
    yield from listing("Notes", result.notes)
    yield from pairs("Settings", result.settings)
    yield from listing("Usage", [usage_text(result.usage)])
