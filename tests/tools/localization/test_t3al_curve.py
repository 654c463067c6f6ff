from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.errors import ConfigError
from foretell.tools.localization.settings import T3ALSettings
from foretell.tools.localization.t3al import agreeing
from foretell.tools.localization.t3al_adaptation import (
    moving_average,
    product_curve,
    rescaled,
    similarity_curve,
    stretches_over,
)
from foretell.tools.vision_models.image_text_encoder import Floats, Projections
from foretell.types import Event, Interval


def test_a_curve_is_the_cosine_with_what_is_not_background() -> None:
    images = np.array([[1.0, 1.0], [1.0, 4.0], [4.0, 1.0]], np.float32)
    text, background = np.array([0.0, 1.0], np.float32), np.array([1.0, 1.0], np.float32)
    assert similarity_curve(images, text, background, 10.0) == pytest.approx([0.0, 10.0, 0.0])
    plain = similarity_curve(images, text, np.zeros(2, np.float32), 10.0)
    assert plain == pytest.approx([10 / 2**0.5, 40 / 17**0.5, 10 / 17**0.5])


def test_an_average_repeats_the_ends() -> None:
    values = np.array([3.0, 0.0, 6.0, 0.0])
    assert moving_average(values, 3) == pytest.approx([2.0, 3.0, 2.0, 2.0])
    assert moving_average(values, 4) == pytest.approx([2.625, 2.625, 1.875, 1.5])
    assert moving_average(values, 4 / 3) == pytest.approx([2.625, 1.125, 4.5, 0.75])
    assert moving_average(values, 0.5) is values
    assert moving_average(values, 1) is values
    assert moving_average(values, 9) == pytest.approx([21 / 9, 18 / 9, 15 / 9, 12 / 9])


def test_a_product_counts_how_long_the_embedding_of_a_frame_is() -> None:
    features = np.array([[1.0, 1.0], [1.0, 2.0], [7.0, 3.0]], np.float32)
    text, none = np.array([0.0, 1.0], np.float32), np.zeros(2, np.float32)
    square, turning = np.eye(2, dtype=np.float32), np.array([[0, 1], [1, 0]], np.float32)
    plain, turned = (Projections(image, square, none, 1.0) for image in (None, turning))
    assert product_curve(plain, features, text).tolist() == [1.0, 2.0, 3.0]
    assert product_curve(turned, features, text).tolist() == [1.0, 1.0, 7.0]
    assert product_curve(turned, features, text) == pytest.approx(turned.images(features) @ text)


def test_values_are_brought_to_between_0_and_1() -> None:
    assert rescaled(np.array([2.0, 6.0, 3.0])) == pytest.approx([0.0, 1.0, 0.25])
    assert rescaled(np.array([5.0, 5.0])).tolist() == [0.0, 0.0]


def test_stretches_exceed_the_mean_are_joined_and_have_two_parts() -> None:
    borders = np.linspace(0.0, 5.0, 11)
    values = np.array([9, 9, 0, 0, 9, 0, 0, 0, 9, 9], np.float64)
    assert stretches_over(values, borders, None, 0.0) == [Interval(0, 1), Interval(4, 5)]
    assert stretches_over(values, borders, None, 1.0) == [Interval(0, 2.5), Interval(4, 5)]
    assert stretches_over(values, borders, None, 1.5) == [Interval(0, 5)]
    assert stretches_over(values, borders, -1.0, 0.0) == [Interval(0, 5)]
    assert stretches_over(np.ones(10), borders, None, 1.0) == []


@given(
    values=st.lists(st.floats(-1, 1), min_size=1, max_size=40),
    threshold=st.none() | st.floats(-1, 1),
    gap=st.integers(0, 4),
)
def test_stretches_hold_every_run_of_two_and_gaps_no_longer_than_allowed(
    values: list[float], threshold: float | None, gap: int
) -> None:
    curve, borders = np.array(values), np.arange(len(values) + 1.0)
    found = stretches_over(curve, borders, threshold, float(gap))
    above = curve > (curve.mean() if threshold is None else threshold)
    inside = np.zeros(len(values), np.bool_)
    for one in found:
        places = above[int(one.start) : int(one.end)]
        inside[int(one.start) : int(one.end)] = True
        assert one.duration >= 2
        assert places[0]
        assert places[-1]
        low_runs = "".join("." if high else "x" for high in places).split(".")
        assert max(map(len, low_runs)) <= gap
    for place in np.flatnonzero(above[:-1] & above[1:]):
        assert inside[place]
    assert all(later.start - earlier.end > gap for earlier, later in pairwise(found))


MEANINGS = {"jumps": (1.0, 0.0), "leaps": (0.8, 0.6), "eats": (0.0, 1.0)}


def _embed(texts: Sequence[str]) -> Floats:
    return np.array([MEANINGS[text] for text in texts], np.float32)


def _caption(start: float, text: str) -> Event:
    return Event(Interval(start, start + 1), "caption", text, "captions:made")


STRETCHES = [Interval(0, 2), Interval(10, 12), Interval(20, 22), Interval(30, 32)]


def test_a_stretch_that_is_told_otherwise_is_left_out() -> None:
    told = [
        _caption(0, "jumps"),
        _caption(11, "leaps"),
        _caption(20, "jumps"),
        _caption(30, "eats"),
    ]
    assert agreeing(STRETCHES, told, _embed, 0.75) == STRETCHES[:3]
    assert agreeing(STRETCHES, told, _embed, 0.9) == []
    assert agreeing(STRETCHES[:3], told, _embed, 0.9) == [STRETCHES[0], STRETCHES[2]]


def test_the_captions_of_a_stretch_are_averaged() -> None:
    told = [_caption(0, "jumps"), _caption(1, "eats"), _caption(10, "jumps")]
    assert agreeing(STRETCHES[:2], told, _embed, 0.7) == STRETCHES[:2]
    assert agreeing(STRETCHES[:2], told, _embed, 0.72) == []


def test_a_stretch_without_captions_is_left_out_unless_there_are_none_at_all() -> None:
    told = [_caption(0, "jumps"), _caption(20, "jumps")]
    assert agreeing(STRETCHES, told, _embed, 0.75) == [STRETCHES[0], STRETCHES[2]]
    assert agreeing(STRETCHES, [], _embed, 0.75) == STRETCHES
    assert agreeing(STRETCHES, [_caption(50, "jumps")], _embed, 0.75) == []
    assert agreeing(STRETCHES[:1], told, _embed, 0.75) == STRETCHES[:1]


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"prompt is 'a video'; it must hold \{label\}"):
        T3ALSettings(prompt="a video")
    with pytest.raises(ConfigError, match=r"gap_seconds must be 0 or more, got -1"):
        T3ALSettings(gap_seconds=-1)
    with pytest.raises(ConfigError, match="samples must be 1 or more, got 0"):
        T3ALSettings(steps=3, samples=0)
