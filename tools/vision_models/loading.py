"""Loads a published model for a job, or says in one sentence why that cannot be."""

from __future__ import annotations

import importlib
import logging
import math
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from foretell.errors import ForetellError, MissingExtra, ModelError, UnusableModel
from foretell.forks import calm_models
from foretell.memory.embedding.quiet_loading import no_progress_bar
from foretell.tools.vision_models.catalog import find_entry, in_words
from foretell.tools.vision_models.checkpoint import WEIGHTS, Checkpoint
from foretell.tools.vision_models.device import Device, ran_out_of_memory

_EXTRA = ("torchvision", "num2words")
_SMALLER = {"float32": ("bfloat16",)}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a checkpoint is to be used as.

    Attributes:
        name: The job, as the object of "is not".
        auto_model: The class of transformers that loads such models.
        auto_processor: The class that loads what prepares their inputs.
        without_it: What works where there is no such model, as a clause.
        model_types: The types that will do, where `auto_model` takes more; () for all it takes.
        processor_files: Where the settings of an image processor may lie, the first there is being
            read; () for where `auto_processor` looks by itself.
    """

    name: str
    auto_model: str
    auto_processor: str
    without_it: str
    model_types: tuple[str, ...] = ()
    processor_files: tuple[str, ...] = ()

    def does(self, config: Any) -> bool:
        """Whether a model with that configuration does the job."""
        transformers: Any = importlib.import_module("transformers")
        known = type(config) in getattr(transformers, self.auto_model)._model_mapping
        return known and (not self.model_types or config.model_type in self.model_types)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Loaded:
    """A model that is ready, with what prepares its inputs.

    Attributes:
        model: On its device, in evaluation mode.
        processor: What `Kind.auto_processor` gives.
        device: Where the model is, and the numbers that it is held in.
    """

    model: Any
    processor: Any
    device: Device


_in_memory: WeakValueDictionary[tuple[str, ...], Loaded] = WeakValueDictionary()
"""What somebody still uses, so that a model that has several jobs is held once."""


def load(checkpoint: Checkpoint, kind: Kind, device: Device) -> Loaded:
    """Gives the model, ready to run; nothing is downloaded and no code of it is run.

    Where it does not fit into memory in float32, it is held in bfloat16, which is logged.

    Raises:
        ModelError: If it is not on this machine, damaged, of another kind, or too large.
        MissingExtra: If what prepares its inputs needs a package that is not installed.
    """
    check_kind(checkpoint, kind)
    key = _key(checkpoint, kind, device)
    calm_models()
    loaded = _in_memory.get(key)
    if loaded is None:
        loaded = _in_memory[key] = _read(checkpoint, kind, device)
    return loaded


def load_processor(checkpoint: Checkpoint, kind: Kind, device: Device) -> Any:
    """Gives what prepares the inputs, having seen what can be seen without reading the weights.

    That of a model in memory is given as it is, since there need not be room for it twice.

    Raises:
        ModelError: If the model is not on this machine, damaged, of another kind, or too large.
        MissingExtra: If a package that it needs is not installed.
    """
    check_kind(checkpoint, kind)
    loaded = _in_memory.get(_key(checkpoint, kind, device))
    if loaded is not None:
        return loaded.processor
    with _explained(checkpoint, kind):
        _fitting(checkpoint, device)
        return _read_processor(checkpoint, kind)


def check_kind(checkpoint: Checkpoint, kind: Kind) -> None:
    """Sees that a model does the job, without reading its weights.

    Raises:
        ModelError: If it is not on this machine, damaged, or of another kind.
    """
    if not is_a(checkpoint, kind):
        entry = find_entry(checkpoint.name)
        told = f"; it is listed as a {entry.job}" if entry else ""
        raise UnusableModel(
            f"the model {checkpoint.name!r} (of type {checkpoint.model_type!r}) is not {kind.name}"
            f"{told}; see `foretell models list` for some that are, or do without: "
            f"{kind.without_it}"
        )


def is_a(checkpoint: Checkpoint, kind: Kind) -> bool:
    """Whether a model does the job.

    Raises:
        ModelError: If it is not on this machine, or damaged.
    """
    find(checkpoint, kind)
    with _explained(checkpoint, kind):
        return kind.does(checkpoint.config)


def find(checkpoint: Checkpoint, kind: Kind) -> Path:
    """Gives the folder of a model, or says what works without it.

    Raises:
        ModelError: If the files are not on this machine.
    """
    try:
        return checkpoint.folder
    except ModelError as error:
        raise UnusableModel(f"{error}; without {kind.name}, {kind.without_it}") from error


def _key(checkpoint: Checkpoint, kind: Kind, device: Device) -> tuple[str, ...]:
    return (checkpoint.id, kind.auto_model, kind.auto_processor, device.name, device.dtype)


def _read_processor(checkpoint: Checkpoint, kind: Kind) -> Any:
    transformers: Any = importlib.import_module("transformers")
    files = [name for name in kind.processor_files if (checkpoint.folder / name).is_file()]
    named = {"image_processor_filename": files[0]} if files else {}
    auto_processor = getattr(transformers, kind.auto_processor)
    try:
        with no_progress_bar(transformers.utils.logging):
            return auto_processor.from_pretrained(checkpoint.folder, local_files_only=True, **named)
    except ImportError as error:  # in words that differ
        if all(map(find_spec, _EXTRA)):
            raise
        job = f"preparing pictures for the model {checkpoint.name!r}"
        raise MissingExtra(job, "vision") from error


def _read(checkpoint: Checkpoint, kind: Kind, device: Device) -> Loaded:
    transformers: Any = importlib.import_module("transformers")
    with _explained(checkpoint, kind), no_progress_bar(transformers.utils.logging):
        held = _fitting(checkpoint, device)
        processor = _read_processor(checkpoint, kind)
        if held != device:
            _log.warning(
                "the model %r is held in %s, as it does not fit into memory in %s",
                *(checkpoint.name, held.dtype, device.dtype),
            )
        model, told = getattr(transformers, kind.auto_model).from_pretrained(
            checkpoint.folder, local_files_only=True, dtype=held.dtype, output_loading_info=True
        )
        _check_whole(checkpoint, kind, told["missing_keys"])
        return Loaded(model.to(held.name).eval(), processor, held)


def _fitting(checkpoint: Checkpoint, device: Device) -> Device:
    """Gives the device with numbers that fit into memory, as some systems end what asks for more.

    Raises:
        ModelError: If the weights fit in none.
    """
    import torch

    if not checkpoint.weights:
        raise FileNotFoundError(f"no file there is named like {' or '.join(WEIGHTS)}")
    values = sum(_count_values(file, checkpoint) for file in checkpoint.weights)
    sizes = {
        dtype: values * getattr(torch, dtype).itemsize
        for dtype in (device.dtype, *_SMALLER.get(device.dtype, ()))
    }
    held = next((name for name, size in sizes.items() if size <= device.memory_bytes), None)
    if held is not None:
        return replace(device, dtype=held)
    least = min(sizes, key=sizes.__getitem__)
    raise UnusableModel(
        f"the model {checkpoint.name!r} takes {in_words(sizes[least])} in {least}, and "
        f"{device.name} has {in_words(device.memory_bytes)} free; close other programs, set "
        "another device, or take a smaller one (foretell models list)"
    )


def _count_values(file: Path, checkpoint: Checkpoint) -> int:
    """Gives how many numbers a file of weights holds."""
    import torch

    if file.suffix != ".safetensors":
        stored = checkpoint.config.dtype or torch.float32
        return file.stat().st_size // int(stored.itemsize)
    safetensors: Any = importlib.import_module("safetensors")
    with safetensors.safe_open(file, "pt") as tensors:
        return sum(math.prod(tensors.get_slice(name).get_shape()) for name in tensors.offset_keys())


def _check_whole(checkpoint: Checkpoint, kind: Kind, missing: set[str]) -> None:
    """Sees that no weights were made up."""
    if missing:
        raise UnusableModel(
            f"the model {checkpoint.name!r} lacks {len(missing)} of the weights of {kind.name}, "
            f"such as {min(missing)!r}; take one that was trained for this"
        )


@contextmanager
def _explained(checkpoint: Checkpoint, kind: Kind) -> Generator[None]:
    """Turns what transformers raises, which is anything for a damaged file, into one sentence."""
    try:
        yield
    except ForetellError:
        raise
    except ImportError as error:
        raise UnusableModel(
            f"cannot load the model {checkpoint.name!r} as {kind.name}: {_short(error)}; see that "
            "torchvision, where it is installed, fits torch"
        ) from error
    except Exception as error:
        if ran_out_of_memory(error):
            raise UnusableModel(
                f"the model {checkpoint.name!r} does not fit into memory; close other programs, "
                "set another device, or take a smaller one (foretell models list)"
            ) from error
        raise UnusableModel(
            f"cannot load the model {checkpoint.name!r} as {kind.name}: {_short(error)}; see that "
            "its folder is whole"
        ) from error


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
