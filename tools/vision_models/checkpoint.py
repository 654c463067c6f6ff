"""Loads a published model from this machine, or says in one sentence why that cannot be."""

from __future__ import annotations

import functools
import hashlib
import importlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from foretell.errors import ConfigError, MissingExtra, ModelError
from foretell.memory.quiet_loading import no_progress_bar
from foretell.tools.vision_models.catalog import find_entry, in_words
from foretell.tools.vision_models.device import Device, ran_out_of_memory

PREFIX = "hf:"
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_SAMPLE_BYTES = 1 << 20


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


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model that is ready, with what prepares its inputs.

    Attributes:
        model: On its device, in evaluation mode.
        processor: What `Kind.auto_processor` gives.
        device: Where the model is.
    """

    model: Any
    processor: Any
    device: Device


@dataclass(frozen=True)
class Checkpoint:
    """The weights of a model: a folder, or a name on the hub.

    Attributes:
        name: As it was given, without the prefix.
    """

    name: str

    @classmethod
    def parse(cls, given: str) -> Self:
        """Reads `hf:FOLDER` or `hf:OWNER/NAME`.

        Raises:
            ConfigError: If it is written otherwise.
        """
        name = given.removeprefix(PREFIX)
        if not given.startswith(PREFIX) or not name.strip():
            raise ConfigError(
                f"{given!r} names no model; give {PREFIX}FOLDER, or {PREFIX}OWNER/NAME of one that "
                "`foretell models pull` fetched"
            )
        return cls(name)

    @property
    def short_name(self) -> str:
        """The folder's name, or the name on the hub without its owner."""
        return Path(self.name).name

    @functools.cached_property
    def folder(self) -> Path:
        """Where the files are; nothing is downloaded.

        Raises:
            ModelError: If they are not on this machine.
        """
        given = Path(self.name).expanduser()
        if given.is_dir():
            return given
        from huggingface_hub import try_to_load_from_cache
        from huggingface_hub.errors import HFValidationError

        try:
            config = try_to_load_from_cache(self.name, "config.json")
        except HFValidationError as error:
            raise ModelError(
                f"there is no folder {self.name!r}; see that its path is right"
            ) from error
        if not isinstance(config, str):
            raise ModelError(self._not_here())
        return Path(config).parent

    def find(self, kind: Kind) -> Path:
        """Gives `folder`, or says what works without it.

        Raises:
            ModelError: If the files are not on this machine.
        """
        try:
            return self.folder
        except ModelError as error:
            raise ModelError(f"{error}; without {kind.name}, {kind.without_it}") from error

    @property
    def is_here(self) -> bool:
        """Whether its files are on this machine."""
        try:
            return self.folder.is_dir()
        except ModelError:
            return False

    def _not_here(self) -> str:
        entry = find_entry(self.name)
        size = f" (about {entry.size})" if entry and entry.download_bytes else ""
        return (
            f"the model {self.name!r}{size} is not on this machine; fetch it with `foretell models "
            f"pull {self.name}`, or copy its files here and give {PREFIX}FOLDER"
        )

    @functools.cached_property
    def id(self) -> str:
        """Its name and a digest of its files; two checkpoints that differ have different ones.

        Raises:
            ModelError: If they are not on this machine.
        """
        digest = hashlib.sha256()
        for file in [self.folder / "config.json", *self.weights]:
            with _readable(file).open("rb") as content:
                size = file.stat().st_size
                digest.update(f"{file.name} {size}\n".encode())
                digest.update(content.read(_SAMPLE_BYTES))
                content.seek(max(0, size - _SAMPLE_BYTES))
                digest.update(content.read())
        return f"{PREFIX}{self.short_name}@{digest.hexdigest()[:12]}"

    @property
    def weights(self) -> list[Path]:
        """The files with weights, in order of their names; [] where there are none."""
        safe, pickled = (sorted(self.folder.glob(pattern)) for pattern in _WEIGHTS)
        return safe or pickled

    def is_a(self, kind: Kind) -> bool:
        """Whether it can be used as that.

        Raises:
            ModelError: If it is not on this machine, or damaged.
        """
        with self._explained(kind):
            return _does(kind, self._config)

    @functools.cached_property
    def _config(self) -> Any:
        transformers: Any = importlib.import_module("transformers")
        return transformers.AutoConfig.from_pretrained(self.folder, local_files_only=True)

    def load(self, kind: Kind, device: Device) -> Loaded:
        """Gives the model, ready to run; nothing is downloaded and no code of it is run.

        Raises:
            ModelError: If it is not on this machine, damaged, of another kind, or too large.
            MissingExtra: If what prepares its inputs needs a package that is not installed.
        """
        processor = self.load_processor(kind, device)
        transformers: Any = importlib.import_module("transformers")
        with self._explained(kind), no_progress_bar(transformers.utils.logging):
            model, told = getattr(transformers, kind.auto_model).from_pretrained(
                self.folder, local_files_only=True, dtype=device.dtype, output_loading_info=True
            )
            self._check_whole(kind, told["missing_keys"])
            return Loaded(model.to(device.name).eval(), processor, device)

    def load_processor(self, kind: Kind, device: Device) -> Any:
        """Gives what prepares the inputs, having seen what can be seen without reading the weights.

        Raises:
            ModelError: If the model is not on this machine, damaged, of another kind, or too large.
            MissingExtra: If a package that it needs is not installed.
        """
        transformers: Any = importlib.import_module("transformers")
        folder = self.find(kind)
        with self._explained(kind), no_progress_bar(transformers.utils.logging):
            self._check_kind(kind)
            self._check_size(device)
            return _load_processor(transformers, kind, folder, self.name)

    @property
    def model_type(self) -> str:
        """Its family, as transformers calls it.

        Raises:
            OSError: If it has no configuration.
        """
        return str(self._config.model_type)

    def _check_kind(self, kind: Kind) -> None:
        """Sees that the model is one of those that do the job."""
        if _does(kind, self._config):
            return
        entry = find_entry(self.name)
        told = f"; it is listed as a {entry.job}" if entry else ""
        raise ModelError(
            f"the model {self.name!r} (of type {self._config.model_type!r}) is not "
            f"{kind.name}{told}; see `foretell models list` for some that are, or do without: "
            f"{kind.without_it}"
        )

    def _check_size(self, device: Device) -> None:
        """Sees that the weights fit into memory, as some systems just end what asks for more."""
        import torch

        if not self.weights:
            raise FileNotFoundError(f"no file there is named like {' or '.join(_WEIGHTS)}")
        stored = self._config.dtype or torch.float32
        share = getattr(torch, device.dtype).itemsize / stored.itemsize
        needed = int(sum(file.stat().st_size for file in self.weights) * share)
        if needed > device.memory_bytes:
            raise ModelError(
                f"the model {self.name!r} takes {in_words(needed)} in {device.dtype}, and "
                f"{device.name} has {in_words(device.memory_bytes)} free; close other programs, "
                "set another device, or take a smaller one (foretell models list)"
            )

    def _check_whole(self, kind: Kind, missing: set[str]) -> None:
        """Sees that no weights were made up."""
        if missing:
            raise ModelError(
                f"the model {self.name!r} lacks {len(missing)} of the weights of {kind.name}, such "
                f"as {min(missing)!r}; take one that was trained for this"
            )

    @contextmanager
    def _explained(self, kind: Kind) -> Generator[None]:
        """Turns what transformers raises into one sentence."""
        from safetensors import SafetensorError

        try:
            yield
        except (OSError, ValueError, RuntimeError, SafetensorError) as error:
            if ran_out_of_memory(error):
                raise ModelError(
                    f"the model {self.name!r} does not fit into memory; close other programs, set "
                    "another device, or take a smaller one (foretell models list)"
                ) from error
            said = " ".join(str(error).split())[:300]
            raise ModelError(
                f"cannot load the model {self.name!r} as {kind.name}: {said}; see that its folder "
                "is whole"
            ) from error


def _does(kind: Kind, config: Any) -> bool:
    """Whether a model with that configuration does the job."""
    transformers: Any = importlib.import_module("transformers")
    known = type(config) in getattr(transformers, kind.auto_model)._model_mapping
    return known and (not kind.model_types or config.model_type in kind.model_types)


def _load_processor(transformers: Any, kind: Kind, folder: Path, name: str) -> Any:
    auto_processor = getattr(transformers, kind.auto_processor)
    files = [file for file in kind.processor_files if (folder / file).is_file()]
    named = {"image_processor_filename": files[0]} if files else {}
    try:
        return auto_processor.from_pretrained(folder, local_files_only=True, **named)
    except ImportError as error:  # torchvision or num2words, in words that differ
        raise MissingExtra(f"preparing pictures for the model {name!r}", "vision") from error


def _readable(file: Path) -> Path:
    if not file.is_file():
        raise ModelError(
            f"cannot read {file.name!r} in {str(file.parent)!r}; give a folder that "
            "`save_pretrained` of transformers wrote"
        )
    return file
