"""Where the files of a published model lie on this machine."""

from __future__ import annotations

import functools
import importlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast

from foretell.errors import ConfigError, ModelError, UnusableModel
from foretell.memory.banks.named_banks import digest_of_files
from foretell.tools.vision_models.catalog import find_entry

PREFIX = "hf:"
WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_SETTINGS = ("*.json", "*.jinja", "*.txt", "*.model")


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
            raise UnusableModel(
                f"there is no folder {self.name!r}; see that its path is right"
            ) from error
        if not isinstance(config, str):
            raise UnusableModel(self._not_here())
        return Path(config).parent

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
        settings = sorted(file for form in _SETTINGS for file in self.folder.glob(form))
        files = [self.folder / "config.json", *settings, *self.weights]
        return f"{PREFIX}{self.short_name}@{digest_of_files(map(_readable, files))[:12]}"

    @property
    def weights(self) -> list[Path]:
        """The files with weights, as transformers would choose them; [] where there are none.

        Raises:
            ModelError: If the list of their parts is damaged.
        """
        for name in WEIGHTS:
            whole, parts = self.folder / name, self.folder / f"{name}.index.json"
            if whole.is_file():
                return [whole]
            if parts.is_file():
                listed: dict[str, str] = _read_json(parts).get("weight_map", {})
                return sorted({self.folder / part for part in listed.values()})
        return []

    @property
    def model_type(self) -> str:
        """Its family, as transformers calls it; "" where that is not told.

        Raises:
            ModelError: If the files are not on this machine, or `config.json` is damaged.
        """
        file = self.folder / "config.json"
        return str(_read_json(file).get("model_type", "")) if file.is_file() else ""

    @functools.cached_property
    def config(self) -> Any:
        """Its configuration, as transformers reads it.

        Raises:
            OSError: If it has none.
            ValueError: If transformers does not know such models.
        """
        transformers: Any = importlib.import_module("transformers")
        return transformers.AutoConfig.from_pretrained(self.folder, local_files_only=True)


def _readable(file: Path) -> Path:
    if not file.is_file():
        raise UnusableModel(
            f"cannot read {file.name!r} in {str(file.parent)!r}; give a folder that "
            "`save_pretrained` of transformers wrote"
        )
    return file


def _read_json(file: Path) -> dict[str, Any]:
    try:
        told: Any = json.loads(file.read_bytes())
    except ValueError as error:
        raise UnusableModel(f"{str(file)!r} is not JSON; copy the model's files again") from error
    if not isinstance(told, dict):
        raise UnusableModel(f"{str(file)!r} holds no JSON object; copy the model's files again")
    return cast("dict[str, Any]", told)
