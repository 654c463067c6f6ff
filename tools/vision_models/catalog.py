"""The models that foretell knows by name: what each is for, its size and its licence."""

from __future__ import annotations

import importlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from foretell.errors import ConfigError, ModelError

Job = Literal["captioner", "recognizer", "frame scorer"]
_FILES = ["*.json", "*.txt", "*.jinja", "*.model", "*.safetensors"]
_PICKLED = ["*.json", "*.txt", "*.jinja", "*.model", "pytorch_model*.bin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogEntry:
    """A model that somebody published.

    Attributes:
        id: Its name on the hub.
        job: What foretell uses it for.
        licence: Under which its weights may be used, in the words of its page.
        purpose: When to choose it.
        machine: What it runs on in reasonable time.
        parameters_millions: How many, or None where that is not known for certain.
        download_bytes: About how much is fetched, or None where that is not known for certain.
        extra: The extra of foretell that it needs, or "" for none.
    """

    id: str
    job: Job
    licence: str
    purpose: str
    machine: str
    parameters_millions: int | None = None
    download_bytes: int | None = None
    extra: str = ""

    @property
    def size(self) -> str:
        """The download's size in words."""
        return "unknown" if self.download_bytes is None else in_words(self.download_bytes)


@cache
def catalog() -> tuple[CatalogEntry, ...]:
    """Gives every entry of `catalog.toml`, for each job the one to begin with first."""
    text = (files("foretell.tools.vision_models") / "catalog.toml").read_text(encoding="utf-8")
    return tuple(CatalogEntry(**row) for row in tomllib.loads(text)["models"])


def find_entry(model_id: str) -> CatalogEntry | None:
    """Gives the entry with that name, or None."""
    return next((entry for entry in catalog() if entry.id == model_id), None)


def in_words(size_bytes: int) -> str:
    """Gives a size as people read it, such as "1.0 GB"."""
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.0f} MB"


def pull(model_id: str) -> Path:
    """Gives the folder that a model was fetched to; what is there already is not fetched again.

    Weights in safetensors are preferred; nothing that is fetched is run.

    Raises:
        ConfigError: If that is no name on the hub.
        ModelError: If the hub cannot be reached, or has no such model.
    """
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, RepositoryNotFoundError

    hub: Any = importlib.import_module("huggingface_hub")
    try:
        folder = Path(hub.snapshot_download(model_id, allow_patterns=_FILES))
        if not list(folder.glob("*.safetensors")):
            folder = Path(hub.snapshot_download(model_id, allow_patterns=_PICKLED))
        return folder
    except HFValidationError as error:
        raise ConfigError(
            f"{model_id!r} is no name on the hub; give OWNER/NAME (see foretell models list)"
        ) from error
    except RepositoryNotFoundError as error:
        raise ModelError(
            f"the hub has no model {model_id!r} that you may read; see that the name is right, and "
            "log in with `hf auth login` if it is private"
        ) from error
    except (HfHubHTTPError, OSError) as error:
        entry = find_entry(model_id)
        size = f" (about {entry.size})" if entry and entry.download_bytes else ""
        raise ModelError(
            f"cannot fetch {model_id!r}{size}, as the hub cannot be reached; go online, set "
            "HF_ENDPOINT to a mirror, or copy the model's files here and give hf:FOLDER"
        ) from error
