"""Which device is chosen, how much goes through it at once, and what happens without memory."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.errors import ConfigError, ModelError
from foretell.tools.vision_models.device import (
    Batches,
    Device,
    available_devices,
    choose_device,
    ran_out_of_memory,
)

SMALL = Device("cpu", "float32", 1000)


def test_the_fastest_device_is_chosen() -> None:
    there = available_devices()
    assert there[-1] == "cpu"
    assert choose_device().name == there[0]


def test_a_cpu_holds_whole_numbers_and_says_what_is_free() -> None:
    chosen = choose_device("cpu")
    assert (chosen.name, chosen.dtype) == ("cpu", "float32")
    assert chosen.memory_bytes > 1 << 20


def test_a_device_that_is_not_there() -> None:
    with pytest.raises(ConfigError, match=r"device is 'tpu', and this machine has .*cpu; give one"):
        choose_device("tpu")


@given(st.integers(1, 10**12), st.integers(1, 10**10), st.integers(1, 64))
def test_a_batch_fits_into_half_of_what_is_free(memory: int, item: int, most: int) -> None:
    size = Device("cpu", "float32", memory).batch_for(item, most)
    assert 1 <= size <= most
    assert size == 1 or size * item <= memory / 2


def forward_of_at_most(most: int, tried: list[int]) -> object:
    """Doubles numbers, and asks the allocator for more than any machine has above `most`."""
    import torch

    def forward(items: Sequence[int]) -> list[int]:
        tried.append(len(items))
        if len(items) > most:
            torch.empty(1 << 55, dtype=torch.uint8)
        return [2 * item for item in items]

    return forward


def test_a_batch_is_halved_until_it_fits() -> None:
    tried: list[int] = []
    batches = Batches(8, "the model 'tiny'", SMALL)
    forward = forward_of_at_most(2, tried)
    assert batches.run(range(9), forward) == [2 * n for n in range(9)]  # type: ignore[arg-type]
    assert tried == [8, 4, 2, 2, 2, 2, 1]
    assert batches.size == 2


def test_one_item_that_does_not_fit() -> None:
    batches = Batches(2, "the model 'tiny'", SMALL)
    with pytest.raises(
        ModelError, match="the model 'tiny' ran out of memory on cpu with one clip at a time; close"
    ):
        batches.run([1, 2], forward_of_at_most(0, []))  # type: ignore[arg-type]


def test_other_failures_are_not_taken_for_it() -> None:
    def forward(items: Sequence[int]) -> list[int]:
        raise RuntimeError("sizes do not match")

    with pytest.raises(RuntimeError, match="sizes do not match"):
        Batches(2, "the model 'tiny'", SMALL).run([1], forward)


def test_the_words_of_each_device() -> None:
    assert ran_out_of_memory(MemoryError())
    assert ran_out_of_memory(RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"))
    assert ran_out_of_memory(RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"))
    assert not ran_out_of_memory(RuntimeError("no kernel image is available"))
