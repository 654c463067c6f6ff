"""What `--model` may name in an evaluation besides a chat model."""

from __future__ import annotations

from pathlib import Path

from foretell.config import EMBEDDED

REPLAY = "replay:"


def is_chat_model(model: str) -> bool:
    """Whether a model is asked in words, and is neither "embedded" nor a replay."""
    return model != EMBEDDED and not model.startswith(REPLAY)


def replay_file(model: str) -> Path | None:
    """Gives the file of "replay:FILE", or None for any other model."""
    return Path(model.removeprefix(REPLAY)) if model.startswith(REPLAY) else None


def shown_name(model: str) -> str:
    """Gives a model's name for people, without the folders of a file that is replayed."""
    file = replay_file(model)
    return model if file is None else REPLAY + file.name
