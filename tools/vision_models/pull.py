"""Fetches a published model to this machine, the one thing that downloads."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from foretell.errors import ConfigError, ModelError
from foretell.tools.vision_models.catalog import find_entry

_FILES = ["*.json", "*.txt", "*.jinja", "*.model", "*.safetensors"]
_PICKLED = ["*.json", "*.txt", "*.jinja", "*.model", "pytorch_model*.bin"]


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
