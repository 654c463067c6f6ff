"""Stored completions on the published subset of Ego4D v1 score what is known of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from foretell.config import load_config
from foretell.evals.anticipation.run import run_anticipation
from foretell.evals.datasets.ego4d_lta import Ego4dLta, load_ego4d_lta


def test_llama_completions_of_the_600_windows(data_root: Path) -> None:
    """What is left to choose in reading a completion moves the third digit only."""
    data = data_root / "anticipation" / "antgpt_ego4d_v1"
    task = load_ego4d_lta(Ego4dLta(data, past="recognised", subset=600))
    config = load_config(model=f"replay:{data / 'subset600_responses_icl_recog.json'}")
    result = run_anticipation(task, config, {})
    assert result.n == 600
    scores = [score.ed for score in result.scores.values()]
    assert scores == pytest.approx((0.7798, 0.7561, 0.9384), abs=0.005)
    commonest = [score.ed for score in result.baselines["commonest-past"].values()]
    assert commonest == pytest.approx((0.7396, 0.6842, 0.9056), abs=6e-5)
    assert all(ours > theirs for ours, theirs in zip(scores, commonest, strict=True))
