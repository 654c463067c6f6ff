"""A window's confusions are learnt from other videos."""

from __future__ import annotations

import numpy as np
import pytest

from foretell.errors import DatasetError
from foretell.evals.datasets.procedure_windows import procedure_windows
from foretell.evals.datasets.procedures import cross_fitted
from foretell.plans import Demonstration, Procedures, ProcedureTask
from foretell.types import Interval

TIMES = (Interval(0, 1), Interval(1, 2), Interval(2, 3))


def made(videos: int) -> Procedures:
    return Procedures(
        "made",
        (ProcedureTask("make tea", ("boil", "pour", "drink")),),
        tuple(
            Demonstration(f"video {i}", "make tea", ("boil", "pour", "drink"), intervals=TIMES)
            for i in range(videos)
        ),
    )


def test_no_window_is_learnt_from_for_itself() -> None:
    procedures = made(40)
    windows = procedure_windows(procedures.demonstrations, 3)
    boil = procedures.actions().index("boil")
    right = [("boil", "drink")] * 40
    untouched = cross_fitted(windows, right, procedures)
    for place, window in enumerate(windows):
        wrong = [*right]
        wrong[place] = ("pour", "drink")
        confusions = cross_fitted(windows, wrong, procedures)
        same = [
            np.array_equal(a[0].rates[boil], b[0].rates[boil])
            for a, b in zip(confusions, untouched, strict=True)
        ]
        assert same[place], window.video
        assert not all(same)


def test_too_few_videos_are_told() -> None:
    procedures = made(1)
    windows = procedure_windows(procedures.demonstrations, 3)
    with pytest.raises(DatasetError, match="too few videos to learn a recogniser's confusions"):
        cross_fitted(windows, [("boil", "drink")], procedures)
