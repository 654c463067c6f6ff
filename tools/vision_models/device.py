"""Where a model runs, in which numbers, and how much goes through it at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from foretell.errors import ConfigError, ModelError

AUTO = "auto"
_MEMORY_SHARE = 0.5
"""Share of free memory that a batch may take; the rest is for what else the model needs."""
_OUT_OF_MEMORY = ("out of memory", "can't allocate memory")

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Device:
    """What models run on.

    Attributes:
        name: As torch calls it: "cpu", "cuda", "cuda:1" or "mps".
        dtype: Name of the numbers that weights and pictures are held in.
        memory_bytes: What was free when it was chosen.
    """

    name: str
    dtype: str
    memory_bytes: int

    def batch_for(self, item_bytes: int, most: int) -> int:
        """Gives how many items of about `item_bytes` fit at once, from 1 to `most`."""
        fitting = int(self.memory_bytes * _MEMORY_SHARE) // max(1, item_bytes)
        return max(1, min(most, fitting))


def choose_device(name: str = AUTO) -> Device:
    """Gives the device of that name, or the fastest there is.

    Numbers are bfloat16 on a CUDA GPU that has them, float16 on others and on Apple's, and float32
    on a CPU.

    Raises:
        ConfigError: If this machine has no such device.
    """
    there = available_devices()
    chosen = there[0] if name == AUTO else name
    if chosen not in there:
        raise ConfigError(
            f"device is {name!r}, and this machine has {', '.join(there)}; "
            f"give one of these, or {AUTO!r}"
        )
    return Device(chosen, _dtype(chosen), _free_bytes(chosen))


def available_devices() -> list[str]:
    """Gives the names that `choose_device` knows on this machine, the fastest first."""
    import torch

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    gpus = ["cuda", *(f"cuda:{index}" for index in range(count))] if count else []
    apple = ["mps"] if torch.backends.mps.is_available() else []
    return [*gpus, *apple, "cpu"]


def _dtype(name: str) -> str:
    import torch

    if name == "cpu":
        return "float32"
    if name == "mps":
        return "float16"
    with torch.cuda.device(name):
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float16"


def _free_bytes(name: str) -> int:
    import psutil
    import torch

    if name == "cpu":
        return int(psutil.virtual_memory().available)
    if name == "mps":
        return torch.mps.recommended_max_memory() - torch.mps.current_allocated_memory()
    return torch.cuda.mem_get_info(name)[0]


class Batches:
    """Puts items through a model some at a time: half as many once memory has run out.

    Attributes:
        size: How many go through at once now.

    Args:
        size: How many go through at once at first.
        model: The model's name, for the error.
        device: Where it runs.
    """

    def __init__(self, size: int, model: str, device: Device) -> None:
        self.size = size
        self._model = model
        self._device = device

    def run(
        self, items: Sequence[Item], forward: Callable[[Sequence[Item]], Sequence[Result]]
    ) -> list[Result]:
        """Gives the result of each item.

        Raises:
            ModelError: If even one item does not fit into memory.
        """
        results: list[Result] = []
        while len(results) < len(items):
            batch = items[len(results) : len(results) + self.size]
            try:
                results += forward(batch)
            except (RuntimeError, MemoryError) as error:
                if not ran_out_of_memory(error):
                    raise
                self._halve(len(batch), error)
        return results

    def _halve(self, tried: int, error: Exception) -> None:
        if tried == 1:
            raise ModelError(
                f"{self._model} ran out of memory on {self._device.name} with one clip at a time; "
                "close other programs, set device=cpu, or take a smaller model (foretell models "
                "list)"
            ) from error
        self.size = tried // 2
        _empty_cache(self._device.name)


def ran_out_of_memory(error: BaseException) -> bool:
    """Whether an error says so, in the words of any of the devices."""
    said = str(error).lower()
    return isinstance(error, MemoryError) or any(words in said for words in _OUT_OF_MEMORY)


def _empty_cache(name: str) -> None:
    import torch

    if name.startswith("cuda"):
        torch.cuda.empty_cache()
    elif name == "mps":
        torch.mps.empty_cache()
