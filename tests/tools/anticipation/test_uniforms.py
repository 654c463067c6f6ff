"""Random numbers that depend on their row and position alone."""

from __future__ import annotations

import numpy as np
import pytest

from foretell.tools.anticipation.sources import Uniforms, seeds_of

SEEDS = seeds_of("clip_7", 4096)


def test_numbers_are_spread_evenly_over_the_unit_interval() -> None:
    numbers = np.stack([Uniforms(SEEDS)(position) for position in range(8)])
    assert numbers.min() >= 0.0
    assert numbers.max() < 1.0
    assert numbers.mean(axis=1) == pytest.approx(0.5, abs=0.02)
    assert numbers.var(axis=1) == pytest.approx(1 / 12, abs=0.005)
    counts = np.histogram(numbers, bins=16, range=(0.0, 1.0))[0]
    assert counts == pytest.approx(numbers.size / 16, rel=0.1)


def test_rows_and_positions_are_unrelated() -> None:
    numbers = np.stack([Uniforms(SEEDS)(position) for position in range(6)])
    assert np.abs(np.corrcoef(numbers) - np.eye(6)).max() < 0.06
    assert np.abs(np.corrcoef(numbers[0, :-1], numbers[0, 1:])[0, 1]) < 0.06
    assert len(np.unique(numbers)) == numbers.size


def test_a_row_is_the_same_in_any_batch() -> None:
    whole, rows = Uniforms(SEEDS), np.array([5, 3, 4000])
    assert np.array_equal(whole.take(rows)(2), whole(2)[rows])
    assert np.array_equal(Uniforms(SEEDS[3:4])(2), whole(2)[3:4])


def test_skipping_moves_the_position() -> None:
    whole, rows = Uniforms(SEEDS), np.arange(3)
    assert np.array_equal(whole.skip(4)(1), whole(5))
    assert np.array_equal(whole.skip(4).skip(2)(0), whole(6))
    assert np.array_equal(whole.take(rows, 4)(1), whole(5)[:3])


def test_seeds_depend_on_the_name_and_the_seed_alone() -> None:
    assert np.array_equal(seeds_of("clip_7", 8), SEEDS[:8])
    assert len(np.unique(SEEDS)) == len(SEEDS)
    for other in (seeds_of("clip_8", 4096), seeds_of("clip_7", 4096, seed=1)):
        assert not np.isin(other, SEEDS).any()


def test_the_stream_is_that_of_splitmix64() -> None:
    """The first three outputs for seed 1234567, as published with the generator."""
    known = np.array([6457827717110365317, 3203168211198807973, 9817491932198370423], np.uint64)
    stream = Uniforms(np.array([1234567], np.uint64))
    numbers = np.concatenate([stream(position) for position in range(3)])
    assert np.array_equal(numbers, (known >> np.uint64(11)).astype(np.float64) * 2.0**-53)
