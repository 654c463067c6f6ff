"""Fits what the embedded answerer weighs choices by, on the part of NExT-QA to choose on.

    python benchmarks/fit_choice_weights.py QA_FOLDER CAPTIONS_FILE VECTORS_FOLDER

QA_FOLDER holds NExT-QA's val.csv. Writes tools/answering/hubness.npz and prints the weights for
tools/answering/choice_weights.py with the accuracy and the calibration on both parts.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foretell.evals.datasets.nextqa import load_nextqa
from foretell.evals.datasets.splits import split_of
from foretell.evals.datasets.stored_captions import load_captions
from foretell.memory.embedding.embedders import Embedder
from foretell.memory.embedding.sentence_embedder import SentenceEmbedder
from foretell.questions import VideoQuestion
from foretell.tools.answering.choice_weights import MOMENT_WEIGHTS, probabilities
from foretell.tools.answering.embedded import EmbeddedAnswerer, Weighed
from foretell.types import Event

PENALTY = 30.0
"""Of the squared weights, for features of unit spread."""
RIDGE = 3.0
"""Of the squared weights of the hubness maps."""
NEWTON_STEPS = 20
BINS = 15
NOT_FITTED = ("out_of_time", "choice_passages")
"""Set by hand, since NExT-QA's captions hardly tell moments apart; for choices of another sort."""
HUBNESS = Path(__file__).parents[1] / "tools" / "answering" / "hubness.npz"

Matrix = NDArray[np.float64]


def fit_hubness(weighed: Sequence[Weighed]) -> None:
    """Regresses texts' best cosines with the captions of every video on the texts' vectors."""
    videos = list(
        {id(one.timeline): one.timeline for one in weighed if one.timeline is not None}.values()
    )
    texts = {
        "choice": [one.query.choices for one in weighed],
        "statement": [one.query.statements for one in weighed if one.query.statements is not None],
    }
    maps: dict[str, NDArray[np.float32]] = {}
    for kind, parts in texts.items():
        vectors = np.concatenate(parts).astype(np.float64)
        best = np.array([(vectors @ timeline.vectors.T).max(axis=1) for timeline in videos])
        maps[f"{kind}_mean"] = _ridge(vectors, best.mean(axis=0))
        maps[f"{kind}_spread"] = _ridge(vectors, best.std(axis=0))
    np.savez(HUBNESS, allow_pickle=False, **maps)


def _ridge(vectors: Matrix, target: Matrix) -> NDArray[np.float32]:
    design = np.column_stack([vectors, np.ones(len(vectors))])
    gram = design.T @ design + RIDGE * np.eye(design.shape[1])
    return np.linalg.solve(gram, design.T @ target).astype(np.float32)


def feature_names(weighed: Sequence[Weighed]) -> list[str]:
    """Returns the names of the features to fit, in the order in which they first come."""
    names = dict.fromkeys(name for one in weighed for name in one.columns)
    return [name for name in names if name not in NOT_FITTED]


def design(weighed: Sequence[Weighed], names: Sequence[str]) -> Matrix:
    """Returns (questions, choices, features) numbers, each feature less its mean over choices."""
    rows = [np.stack([_column(one, name) for name in names], axis=1) for one in weighed]
    stacked = np.stack(rows)
    return np.asarray(stacked - stacked.mean(axis=1, keepdims=True))


def _column(weighed: Weighed, name: str) -> Matrix:
    return np.asarray(weighed.columns.get(name, np.zeros(len(weighed.query.texts))), np.float64)


def fit(features: Matrix, answers: NDArray[np.intp]) -> Matrix:
    """Fits a conditional logit by Newton's method, with a penalty on standardised weights."""
    spread: Matrix = features.reshape(-1, features.shape[2]).std(axis=0) + 1e-9
    inputs: Matrix = features / spread
    right: Matrix = inputs[np.arange(len(inputs)), answers]
    weights: Matrix = np.zeros(len(spread))
    for _ in range(NEWTON_STEPS):
        weights = weights - _newton_step(inputs, right, weights)
    return weights / spread


def _newton_step(inputs: Matrix, right: Matrix, weights: Matrix) -> Matrix:
    scores: Matrix = inputs @ weights
    odds: Matrix = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances: Matrix = (odds / odds.sum(axis=1, keepdims=True))[:, :, np.newaxis]
    expected: Matrix = (chances * inputs).sum(axis=1)
    gradient: Matrix = (expected - right).sum(axis=0) + 2.0 * PENALTY * weights
    around: Matrix = np.sqrt(chances) * (inputs - expected[:, np.newaxis])
    flat: Matrix = around.reshape(-1, len(weights))
    curvature: Matrix = flat.T @ flat + 2.0 * PENALTY * np.eye(len(weights))
    return np.asarray(np.linalg.solve(curvature, gradient), np.float64)


def report(
    name: str, weighed: Sequence[Weighed], weights: Mapping[str, float], answers: NDArray[np.intp]
) -> None:
    """Prints accuracy and expected calibration error (15 bins)."""
    chances = np.stack([probabilities(one.columns, weights) for one in weighed])
    right, sure = chances.argmax(axis=1) == answers, chances.max(axis=1)
    places = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs((right - sure)[places == place].sum()) for place in range(BINS)]
    error = 100.0 * sum(gaps) / len(right)
    print(f"{name}: {100.0 * right.mean():.2f} % of {len(right)}, calibration error {error:.2f} %")


def run(
    questions: Sequence[VideoQuestion],
    captions: Mapping[str, Sequence[Event]],
    embedder: Embedder,
    folder: Path,
) -> None:
    """Fits on the dev split and reports on both."""
    answerer = EmbeddedAnswerer(embedder, folder)
    chosen = np.array([split_of(question.video) == "dev" for question in questions])
    fit_hubness(list(itertools.compress(answerer.weigh(questions, captions), chosen)))
    weighed = list(answerer.weigh(questions, captions))
    here = list(itertools.compress(weighed, chosen))
    answers = np.array([question.answer for question in questions])
    names = feature_names(weighed)
    fitted = fit(design(here, names), answers[chosen])
    by_name = {name: round(float(weight), 2) for name, weight in zip(names, fitted, strict=True)}
    for name, weight in by_name.items():
        print(f'    "{name}": {weight},')
    weights = {**MOMENT_WEIGHTS, **by_name}
    report("dev", here, weights, answers[chosen])
    report("test", list(itertools.compress(weighed, ~chosen)), weights, answers[~chosen])


if __name__ == "__main__":
    qa, captions_file, vectors = map(Path, sys.argv[1:4])
    run(load_nextqa(qa), load_captions(captions_file), SentenceEmbedder(), vectors)
