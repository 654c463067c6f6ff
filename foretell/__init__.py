"""foretell: ask a video what happened, what comes next, and which steps lead to a goal."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foretell.actions import Action, ActionWindow, ExampleUse, Forecast
    from foretell.agent.chat import Chat
    from foretell.agent.chat_models.scripted import ScriptedModel
    from foretell.agent.evidence_file.checking import verify_evidence
    from foretell.agent.evidence_file.findings import (
        Finding,
        FoundCitation,
        FoundVideo,
        Verified,
    )
    from foretell.agent.evidence_file.writing import WrittenEvidence, write_evidence
    from foretell.agent.planner_events import TextDelta, ToolFinished, ToolStarted
    from foretell.agent.video_agent import VideoAgent
    from foretell.config import Config
    from foretell.errors import (
        ConfigError,
        ContextOverflow,
        DatasetError,
        ForetellError,
        LateReply,
        LimitExceeded,
        MemoryStoreError,
        MissingExtra,
        ModelError,
        NoTools,
        RefusedRequest,
        SilentModel,
        ToolError,
        UnusableModel,
        VideoError,
    )
    from foretell.memory.embedding.embedders import HashEmbedder
    from foretell.moments import LocatedMoment, LocateResult
    from foretell.plans import Plan, PlannedStep, Route
    from foretell.tools.captioning.captioner import Captioner
    from foretell.tools.decoding.video import Video
    from foretell.tools.localization.frame_scorer import FrameScorer, FrameScores
    from foretell.tools.recognition.recognizer import ActionRecognizer, LabelSet
    from foretell.tools.speech.transcriber import Transcriber, Utterance
    from foretell.tools.watching.perceiver import Perceiver
    from foretell.types import (
        Answer,
        Clip,
        Coverage,
        Event,
        EventKind,
        Evidence,
        Frame,
        Interval,
        Progress,
        ScoredLabel,
        Sound,
        Step,
        Timeline,
        Usage,
        VideoInfo,
        Watched,
    )

__version__ = "0.1.0"
__all__ = [
    "Action",
    "ActionRecognizer",
    "ActionWindow",
    "Answer",
    "Captioner",
    "Chat",
    "Clip",
    "Config",
    "ConfigError",
    "ContextOverflow",
    "Coverage",
    "DatasetError",
    "Event",
    "EventKind",
    "Evidence",
    "ExampleUse",
    "Finding",
    "Forecast",
    "ForetellError",
    "FoundCitation",
    "FoundVideo",
    "Frame",
    "FrameScorer",
    "FrameScores",
    "HashEmbedder",
    "Interval",
    "LabelSet",
    "LateReply",
    "LimitExceeded",
    "LocateResult",
    "LocatedMoment",
    "MemoryStoreError",
    "MissingExtra",
    "ModelError",
    "NoTools",
    "Perceiver",
    "Plan",
    "PlannedStep",
    "Progress",
    "RefusedRequest",
    "Route",
    "ScoredLabel",
    "ScriptedModel",
    "SilentModel",
    "Sound",
    "Step",
    "TextDelta",
    "Timeline",
    "ToolError",
    "ToolFinished",
    "ToolStarted",
    "Transcriber",
    "UnusableModel",
    "Usage",
    "Utterance",
    "Verified",
    "Video",
    "VideoAgent",
    "VideoError",
    "VideoInfo",
    "Watched",
    "WrittenEvidence",
    "verify_evidence",
    "write_evidence",
]

_HOMES = {
    "foretell.actions": "Action ActionWindow ExampleUse Forecast",
    "foretell.agent.chat": "Chat",
    "foretell.agent.chat_models.scripted": "ScriptedModel",
    "foretell.agent.evidence_file.checking": "verify_evidence",
    "foretell.agent.evidence_file.findings": "Finding FoundCitation FoundVideo Verified",
    "foretell.agent.evidence_file.writing": "WrittenEvidence write_evidence",
    "foretell.agent.planner_events": "TextDelta ToolFinished ToolStarted",
    "foretell.agent.video_agent": "VideoAgent",
    "foretell.config": "Config",
    "foretell.errors": "ConfigError ContextOverflow DatasetError ForetellError LateReply "
    "LimitExceeded MemoryStoreError MissingExtra ModelError NoTools RefusedRequest SilentModel "
    "ToolError UnusableModel VideoError",
    "foretell.memory.embedding.embedders": "HashEmbedder",
    "foretell.moments": "LocateResult LocatedMoment",
    "foretell.plans": "Plan PlannedStep Route",
    "foretell.tools.captioning.captioner": "Captioner",
    "foretell.tools.decoding.video": "Video",
    "foretell.tools.localization.frame_scorer": "FrameScorer FrameScores",
    "foretell.tools.recognition.recognizer": "ActionRecognizer LabelSet",
    "foretell.tools.speech.transcriber": "Transcriber Utterance",
    "foretell.tools.watching.perceiver": "Perceiver",
    "foretell.types": "Answer Clip Coverage Event EventKind Evidence Frame Interval Progress "
    "ScoredLabel Sound Step Timeline Usage VideoInfo Watched",
}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """Imports a public name when it is first used, so that `import foretell` stays fast."""
    if name not in _HOME:
        raise AttributeError(f"module 'foretell' has no attribute {name!r}")
    value: object = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Gives the public names, so that notebooks complete them."""
    return [*__all__, "__version__"]
