"""foretell: ask a video what happened, what comes next, and which steps lead to a goal."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foretell.agent.chat import Chat
    from foretell.agent.chat_models.local_model import ScriptedModel
    from foretell.agent.video_agent import VideoAgent
    from foretell.config import Config
    from foretell.errors import ForetellError
    from foretell.memory.embedding.embedders import HashEmbedder
    from foretell.types import Answer, Event, Evidence, Interval, Timeline, VideoInfo

__version__ = "0.1.0"
__all__ = [
    "Answer",
    "Chat",
    "Config",
    "Event",
    "Evidence",
    "ForetellError",
    "HashEmbedder",
    "Interval",
    "ScriptedModel",
    "Timeline",
    "VideoAgent",
    "VideoInfo",
]

_HOMES = {
    "Chat": "foretell.agent.chat",
    "Config": "foretell.config",
    "ForetellError": "foretell.errors",
    "HashEmbedder": "foretell.memory.embedding.embedders",
    "ScriptedModel": "foretell.agent.chat_models.local_model",
    "VideoAgent": "foretell.agent.video_agent",
}


def __getattr__(name: str) -> object:
    """Imports a public name when it is first used, so that `import foretell` stays fast."""
    if name not in __all__:
        raise AttributeError(f"module 'foretell' has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "foretell.types")), name)
