"""TOMATO's diagnostics of somebody's choices, made with fewer frames or in another order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from foretell.errors import ConfigError
from foretell.evals.metrics.diagnostics import (
    frame_gain,
    information_disparity,
    order_sensitivity,
)
from foretell.evals.scoring.score_card import Figure, ScoreCard


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
