"""Items are made ahead of time, a bounded number of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.watching.profile import Profile
from foretell.tools.watching.read_ahead import read_ahead


@given(st.lists(st.integers() | st.none()), st.integers(1, 5))
def test_the_items_come_in_their_order(items: list[int | None], depth: int) -> None:
    assert list(read_ahead(iter(items), depth)) == items


def test_no_more_than_the_depth_is_made_before_it_is_asked_for() -> None:
    made: list[int] = []

    def making() -> Iterator[int]:
        for number in range(50):
            made.append(number)
            yield number

    for taken in read_ahead(making(), 3):
        assert len(made) <= taken + 1 + 3
    assert len(made) == 50


def test_items_are_made_while_the_last_one_is_worked_on() -> None:
    second_made = threading.Event()

    def making() -> Iterator[int]:
        yield 1
        second_made.set()
        yield 2

    items = read_ahead(making(), 1)
    assert next(items) == 1
    assert second_made.wait(5.0)
    items.close()


def test_what_making_an_item_raises_is_raised_at_its_turn() -> None:
    def making() -> Iterator[int]:
        yield 1
        raise ValueError("no second")

    items = read_ahead(making(), 4)
    assert next(items) == 1
    with pytest.raises(ValueError, match="no second"):
        next(items)


def test_a_reader_that_stops_ends_the_thread() -> None:
    made: list[int] = []

    def making() -> Iterator[int]:
        for number in range(1000):
            made.append(number)
            yield number

    before = threading.active_count()
    items = read_ahead(making(), 2)
    next(items)
    items.close()
    assert threading.active_count() == before
    assert len(made) <= 4


def test_a_depth_that_is_not_positive() -> None:
    with pytest.raises(ValueError, match="depth must be 1 or more, got 0"):
        next(read_ahead(iter([1]), 0))


def test_phases_add_up_and_threads_may_share_them() -> None:
    profile = Profile()

    def work() -> None:
        for _ in range(100):
            with profile.phase("forward"):
                pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(profile.each("decode", iter([1, None, 3]))) == [1, None, 3]
    spent = {part.phase: part.seconds for part in profile.seconds()}
    assert list(spent) == ["open", "load", "decode", "preprocess", "forward", "store"]
    assert spent["forward"] > 0.0
    assert spent["decode"] > 0.0
    assert spent["load"] == 0.0
