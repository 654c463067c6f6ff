"""Shares of right choices, over all questions and by their types.

Multiple binary accuracy only counts videos without a mistake: Cai et al., "TemporalBench:
Benchmarking fine-grained temporal understanding for multimodal video models", 2024,
`get_qa_acc.py`. With k questions a video, guessing gets 1 in 2^k of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Group = TypeVar("Group", bound=Hashable)
NEXTQA_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "C": ("CW", "CH"),
        "T": ("TN", "TP", "TC"),
        "D": ("DC", "DL", "DO"),
        "CW": ("CW",),
        "CH": ("CH",),
        "TP&TN": ("TN", "TP"),
        "TC": ("TC",),
        "DC": ("DC",),
        "DL": ("DL",),
        "DO": ("DO",),
    }
)
"""Causal, temporal and descriptive questions and their kinds, as NExT-QA's `eval_mc.py` has them.

Xiao et al., "NExT-QA: Next phase of question-answering to explaining temporal actions", CVPR 2021.
"""
INTENTQA_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"CW": ("CW",), "CH": ("CH",), "TP&TN": ("TN", "TP")}
)
"""Of IntentQA's `eval_intentqa.py`; Li et al., "IntentQA", ICCV 2023."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How many of n are right."""

    correct: int
    n: int

    @property
    def percent(self) -> float:
        """Share of those that are right, per cent; NaN of none."""
        return 100.0 * self.correct / self.n if self.n else float("nan")


def accuracy(right: Bools) -> Accuracy:
    """Returns how many of (N,) answers are right."""
    return Accuracy(int(right.sum()), len(right))


def accuracy_by(groups: Sequence[Group], right: Bools) -> dict[Group, Accuracy]:
    """Returns the accuracy within each group, in the order in which they first occur.

    Args:
        groups: (N,) such as the types of the questions.
        right: (N,) whether each answer is right.

    Raises:
        ValueError: If there are not as many groups as answers.
    """
    held: dict[Group, list[bool]] = {}
    for group, is_right in zip(groups, right.tolist(), strict=True):
        held.setdefault(group, []).append(is_right)
    return {group: Accuracy(sum(of_group), len(of_group)) for group, of_group in held.items()}


def merged(
    by_kind: Mapping[str, Accuracy], groups: Mapping[str, Sequence[str]]
) -> dict[str, Accuracy]:
    """Returns the accuracy of groups of kinds, leaving out groups without a question."""
    held = {
        name: [by_kind[kind] for kind in kinds if kind in by_kind] for name, kinds in groups.items()
    }
    return {
        name: Accuracy(sum(a.correct for a in parts), sum(a.n for a in parts))
        for name, parts in held.items()
        if parts
    }


def multiple_binary_accuracy(videos: Sequence[Hashable], right: Bools) -> Accuracy:
    """Returns how many videos have all their questions answered right.

    Args:
        videos: (N,) the video of each question; for the figure of a category, only its questions.
        right: (N,) whether each is answered right.

    Raises:
        ValueError: If there are not as many videos as answers.
    """
    by_video = accuracy_by(videos, right)
    return Accuracy(sum(of.correct == of.n for of in by_video.values()), len(by_video))


def chance_of_all(videos: Sequence[Hashable], choices: int = 2) -> float:
    """Returns the share of the videos, in [0, 1], that guessing gets wholly right on average."""
    chances = [float(choices) ** -count for count in Counter(videos).values()]
    return sum(chances) / len(chances) if chances else float("nan")
