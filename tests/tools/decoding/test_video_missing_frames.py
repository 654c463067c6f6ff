"""Which frames are missing, against looking at all packets and all frames."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.decoding.track_decoder import MissingFrames

ORDERS = st.lists(st.integers(0, 60), unique=True, min_size=1, max_size=30)


@given(ORDERS, st.data(), st.integers(0, 5))
def test_what_is_missing_does_not_depend_on_how_late_frames_come(
    sent: list[int], data: st.DataObject, delay: int
) -> None:
    """Groups of packets whose frames are shown in another order come out later, in order."""
    groups = [sorted(sent)[at : at + 4] for at in range(0, len(sent), 4)]
    good = set(data.draw(st.sets(st.sampled_from(sent))))
    missing = MissingFrames()
    waiting: list[int] = []
    given_frames: list[int] = []
    told: list[int | None] = []
    for group in groups:
        for ticks in [group[-1], *group[:-1]]:
            missing.expect(ticks)
        waiting += [ticks for ticks in group if ticks in good]
        while len(waiting) > delay:
            given_frames.append(waiting.pop(0))
            told.append(missing.take(given_frames[-1]))
    for ticks in waiting:
        given_frames.append(ticks)
        told.append(missing.take(ticks))
    lost = sorted(set(sent) - good)
    between = pairwise(given_frames)
    expected = [next((t for t in lost if start < t < end), None) for start, end in between]
    assert told == [None, *expected][: len(told)]
    last = given_frames[-1] if given_frames else None
    assert missing.first() == next((t for t in lost if last is not None and t > last), None)
