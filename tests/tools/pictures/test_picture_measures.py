from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.pictures.picture_measures import COLOURS, changed_pixels, colour_shares, shift


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((5, 5, 5), "black"),
        ((250, 250, 250), "white"),
        ((128, 128, 128), "grey"),
        ((220, 20, 20), "red"),
        ((110, 70, 40), "brown"),
        ((240, 140, 30), "orange"),
        ((230, 220, 40), "yellow"),
        ((40, 160, 50), "green"),
        ((30, 190, 190), "turquoise"),
        ((30, 60, 200), "blue"),
        ((120, 40, 200), "purple"),
        ((240, 100, 190), "pink"),
    ],
)
def test_names_colours(rgb: tuple[int, int, int], name: str) -> None:
    picture = np.tile(np.array(rgb, dtype=np.float32), (4, 4, 1))
    assert COLOURS[int(colour_shares(picture).argmax())] == name


@given(st.integers(0, 2**32 - 1))
def test_colour_shares_sum_to_one(seed: int) -> None:
    picture = np.random.default_rng(seed).uniform(0, 255, (6, 8, 3)).astype(np.float32)
    assert colour_shares(picture).sum() == pytest.approx(1.0)


@given(st.integers(-8, 8), st.integers(-6, 6))
def test_shift_gives_the_way_of_the_content(right: int, down: int) -> None:
    wide = np.random.default_rng(1).uniform(0, 255, (60, 100)).astype(np.float32)
    first = wide[10:46, 10:74]
    second = wide[10 - down : 46 - down, 10 - right : 74 - right]
    moved = shift(first, second)
    assert moved.right * 64 == pytest.approx(right, abs=0.5)
    assert moved.down * 36 == pytest.approx(down, abs=0.5)


def test_a_new_exposure_changes_no_pixel() -> None:
    picture = np.random.default_rng(1).uniform(20, 150, (36, 64, 3)).astype(np.float32)
    assert not changed_pixels(picture, picture * 1.5).any()
