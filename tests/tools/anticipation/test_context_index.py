"""The tokens that were seen in each context."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.anticipation.sources import ContextIndex

LABELS = 4
ENTRIES = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, LABELS - 1), st.integers(0, 2)),
    min_size=1,
    max_size=30,
)
Entry = tuple[int, int, int]


def index_of(entries: list[Entry]) -> ContextIndex:
    context, token, sequence = np.array(entries).T
    return ContextIndex.of(context, token, sequence, LABELS)


def assert_counts(index: ContextIndex, entries: list[Entry]) -> None:
    context, token = np.divmod(np.arange(3 * LABELS), LABELS)
    pairs = [(c, t) for c, t, _ in entries]
    expected = [pairs.count(pair) for pair in zip(context, token, strict=True)]
    assert index.counts(context, token).tolist() == expected
    sizes = [sum(c == at for c, _ in pairs) for at in range(3)]
    assert index.sizes(np.arange(3)).tolist() == sizes


@given(ENTRIES)
def test_counts_are_those_of_the_entries(entries: list[Entry]) -> None:
    assert_counts(index_of(entries), entries)


@given(ENTRIES, st.lists(st.booleans(), min_size=3, max_size=3))
def test_only_the_allowed_sequences_are_left(entries: list[Entry], allowed: list[bool]) -> None:
    left = [entry for entry in entries if allowed[entry[2]]]
    assert_counts(index_of(entries).only(np.array(allowed)), left)


@given(ENTRIES)
def test_equally_spaced_numbers_draw_every_entry_once(entries: list[Entry]) -> None:
    context = entries[0][0]
    tokens = sorted(t for c, t, _ in entries if c == context)
    uniform = (np.arange(len(tokens)) + 0.5) / len(tokens)
    drawn = index_of(entries).draw(np.full(len(tokens), context), uniform)
    assert drawn.tolist() == tokens
