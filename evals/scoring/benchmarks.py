"""The benchmarks whose files of predictions can be scored, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from foretell.errors import ConfigError
from foretell.evals.metrics.diagnostics import (
    frame_gain,
    information_disparity,
    order_sensitivity,
)
from foretell.evals.scoring.action_detection import score_action_detection
from foretell.evals.scoring.choices import (
    score_intentqa,
    score_nextqa,
    score_temporalbench,
    score_tomato,
)
from foretell.evals.scoring.egoschema import score_egoschema
from foretell.evals.scoring.frame_detection import score_frame_detection
from foretell.evals.scoring.nextgqa import score_nextgqa
from foretell.evals.scoring.qvhighlights import score_qvhighlights
from foretell.evals.scoring.score_card import Figure, ScoreCard, Scorer
from foretell.evals.scoring.temporal_grounding import (
    score_activitynet_captions,
    score_charades_sta,
)
from foretell.evals.scoring.ual_bench import score_ual_bench

SCORERS: Mapping[str, Scorer] = MappingProxyType(
    {
        "nextqa": score_nextqa,
        "intentqa": score_intentqa,
        "nextgqa": score_nextgqa,
        "egoschema": score_egoschema,
        "tomato": score_tomato,
        "temporalbench": score_temporalbench,
        "qvhighlights": score_qvhighlights,
        "charades-sta": score_charades_sta,
        "activitynet-captions": score_activitynet_captions,
        "ual-bench": score_ual_bench,
        "temporal-action-detection": score_action_detection,
        "spatial-action-detection": score_frame_detection,
    }
)


def score_predictions(
    benchmark: str, predictions: Path, data: Path, *, official: bool = False
) -> ScoreCard:
    """Scores somebody's file of predictions as a benchmark is scored.

    Args:
        benchmark: One of `SCORERS`.
        predictions: In a form that the benchmark's own script reads.
        data: The folder or file of the right answers, as it is published.
        official: Whether edge cases are counted as the official script counts them, mistakes
            included; else an inverted span is turned round, an empty one overlaps nothing, what is
            missing or null is a miss, and equal scores do not depend on the order of listing.

    Raises:
        ConfigError: If the benchmark is unknown.
        DatasetError: If a file cannot be read, or they do not belong together.
    """
    if benchmark not in SCORERS:
        raise ConfigError(f"NAME {benchmark!r} is unknown; give one of {', '.join(SCORERS)}")
    return SCORERS[benchmark](predictions, data, official)


def with_diagnostics(card: ScoreCard, beside: Mapping[str, ScoreCard]) -> ScoreCard:
    """Gives a score card with the gain, sensitivity and disparity that can be told, in per cent.

    Args:
        card: Of choices with many frames in order.
        beside: Of choices with "one-frame" at random, the same frames "shuffled", or the one
            "chosen-frame" that tells most.

    Raises:
        ConfigError: If the cards are not of choices.
    """
    full = _accuracy(card)
    of = {name: _accuracy(one) for name, one in beside.items()}
    told: dict[str, Figure] = {f"{name} accuracy": share for name, share in of.items()}
    if "one-frame" in of:
        told["kappa"] = frame_gain(full, of["one-frame"])
    if "shuffled" in of:
        told["tau"] = order_sensitivity(full, of["shuffled"])
    if "one-frame" in of and "chosen-frame" in of:
        told["rho"] = information_disparity(of["chosen-frame"], of["one-frame"])
    return replace(card, figures={**card.figures, "diagnostics": told})


def _accuracy(card: ScoreCard) -> float:
    share = card.figures.get("accuracy")
    if isinstance(share, float):
        return share
    raise ConfigError(
        f"{card.benchmark} has no choices, so that --one-frame, --shuffled and --chosen-frame tell "
        "nothing; leave them out"
    )
