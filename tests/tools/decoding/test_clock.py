"""What a file's packets say of time is made one clock, whatever they say."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.decoding.clock import Clock, Packets, TrackKind, clock_of

DAY = 86_400.0
Said = tuple[int, float] | tuple[int, float, float]
"""The track of a packet, when it is decoded, and when it is shown if that is not the same."""


def packets(said: Sequence[Said], guessed: bool = False) -> Packets:
    """Packets of a tenth of a second: track 0 shows pictures, 1 is heard, 2 holds cues."""
    kinds: dict[int, TrackKind] = {0: "video", 1: "audio", 2: "subtitle"}
    tracks = np.array([one[0] for one in said], np.int64)
    decoded = np.array([one[1] for one in said], np.float64)
    shown = np.array([one[-1] for one in said], np.float64)
    count = len(said)
    return Packets(tracks, decoded, shown, np.full(count, 0.1), np.full(count, guessed), kinds)


def together(start: float, seconds: float, tracks: Sequence[int] = (0, 1)) -> list[Said]:
    """A packet of each track in every tenth of a second."""
    count = round(seconds * 10)
    return [(track, start + index / 10) for index in range(count) for track in tracks]


def times(said: Sequence[Said], clock: Clock, track: int = 0) -> list[float]:
    """When the packets of a track are shown by a clock."""
    own = [one for one in said if one[0] == track]
    wild = clock.shown.get(track, {})
    return [
        wild.get(number, one[-1]) + clock.shift_seconds(track, number)
        for number, one in enumerate(own)
    ]


def every_tenth(seconds: float, start: float = 0.0) -> object:
    return pytest.approx([start + index / 10 for index in range(round(seconds * 10))])


@pytest.mark.parametrize("leaps", [True, False])
def test_a_clock_that_starts_anew_goes_on(leaps: bool) -> None:
    said = together(1.4, 6.0) + together(1.4, 6.0) + together(0.0, 3.0)
    clock = clock_of(packets(said), leaps=leaps, origin_seconds=1.4)
    assert times(said, clock) == times(said, clock, 1) == every_tenth(15.0, 1.4)
    assert clock.note == (
        "the file's clock starts anew at 2 places, the first at 6.0 s, and each part is told as "
        "following the one before it"
    )


@pytest.mark.parametrize("seconds", [0.5, 2.0])
def test_pieces_may_be_short(seconds: float) -> None:
    said = together(1.4, seconds) * 5
    clock = clock_of(packets(said), leaps=True, origin_seconds=0.0)
    assert times(said, clock) == every_tenth(5 * seconds, 1.4)


def test_the_next_part_follows_the_longer_of_picture_and_sound() -> None:
    said = [*together(0.0, 6.0), *together(6.0, 4.0, [1]), *together(0.0, 2.0)]
    clock = clock_of(packets(said), leaps=True, origin_seconds=0.0)
    assert times(said, clock)[60:] == times(said, clock, 1)[100:] == every_tenth(2.0, 10.0)


def test_a_part_without_sound_moves_the_sound_behind_it_by_as_much() -> None:
    said = [*together(0.0, 2.0), *together(0.0, 3.0, [0]), *together(0.0, 1.0)]
    clock = clock_of(packets(said), leaps=True, origin_seconds=0.0)
    assert times(said, clock) == every_tenth(6.0)
    assert times(said, clock, 1)[20:] == every_tenth(1.0, 5.0)


@pytest.mark.parametrize("leaps", [True, False])
@pytest.mark.parametrize("wild", [3600.0, 40_000.0, DAY, 0.0])
def test_a_wild_packet_is_put_where_it_stands(leaps: bool, wild: float) -> None:
    said = together(5.0, 4.0)
    said[40] = (0, wild)
    clock = clock_of(packets(said), leaps=leaps, origin_seconds=5.0)
    assert times(said, clock) == times(said, clock, 1) == every_tenth(4.0, 5.0)
    assert clock.note == (
        "the file's clock is wild at 2.0 s, and what is shown there is told where it stands in "
        "the file"
    )


def test_a_wild_first_packet_is_put_before_the_others() -> None:
    said: list[Said] = [(0, 9000.0), *together(0.1, 3.0, [0])]
    clock = clock_of(packets(said), leaps=False, origin_seconds=0.0)
    assert times(said, clock) == every_tenth(3.1)


def test_a_picture_shown_hours_after_it_is_decoded_is_put_into_the_hole_it_leaves() -> None:
    said: list[Said] = [(0, index / 10, index / 10 + 0.2) for index in range(60)]
    said[20] = (0, 2.0, 3602.2)
    clock = clock_of(packets(said), leaps=False, origin_seconds=0.0)
    assert times(said, clock) == every_tenth(6.0, 0.2)
    assert "is wild at 2.2 s" in clock.note


def test_a_gap_of_a_day_is_a_pause_where_a_clock_may_not_leap() -> None:
    said = together(0.0, 4.0) + together(DAY, 4.0)
    assert clock_of(packets(said), leaps=False, origin_seconds=0.0) == Clock()


def test_a_gap_of_a_day_is_told_without_it_where_a_clock_may_leap() -> None:
    said = together(0.0, 4.0) + together(DAY, 4.0)
    clock = clock_of(packets(said), leaps=True, origin_seconds=0.0)
    assert times(said, clock) == times(said, clock, 1) == every_tenth(8.0)
    assert clock.note == (
        "the file's clock leaps ahead by 86396.0 s at 4.0 s, and what follows is told without the "
        "leap"
    )


def test_a_picture_that_stands_while_the_sound_goes_on_is_no_leap() -> None:
    said = [(0, 0.0), *together(0.0, 30.0, [1]), (0, 30.0), *together(30.0, 5.0, [1])]
    assert clock_of(packets(said), leaps=True, origin_seconds=0.0) == Clock()


def test_guessed_times_of_decoding_are_not_taken_for_a_new_start() -> None:
    order = [0, 4, 2, 1, 3, 8, 6, 5, 7, 12, 10, 9, 11]
    said = [(0, number / 10) for number in order]
    assert clock_of(packets(said, guessed=True), leaps=False, origin_seconds=0.0) == Clock()


def test_cues_are_moved_as_what_is_around_them() -> None:
    part: list[Said] = [*together(0.0, 2.0), (2, 2.0), *together(2.0, 4.0)]
    said = part + part
    said[50:50] = [(0, DAY)]
    clock = clock_of(packets(said), leaps=False, origin_seconds=0.0)
    assert times(said, clock, 2) == [2.0, 8.0]


def test_no_packets_have_no_clock() -> None:
    assert clock_of(packets([]), leaps=True, origin_seconds=0.0) == Clock()


@given(
    st.lists(
        st.tuples(st.sampled_from([0, 1, 2]), st.floats(0.0, 1e6), st.floats(0.0, 1e6)),
        max_size=60,
    ),
    st.booleans(),
    st.booleans(),
)
def test_any_times_become_finite_ones(
    said: list[tuple[int, float, float]], leaps: bool, guessed: bool
) -> None:
    clock = clock_of(packets(said, guessed), leaps=leaps, origin_seconds=0.0)
    for track in (0, 1, 2):
        assert all(map(math.isfinite, times(said, clock, track)))
    assert bool(clock.note) == bool(clock.moved or clock.shown)
