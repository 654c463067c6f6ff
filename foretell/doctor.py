"""Tells what is installed and reachable, and what each missing piece would add."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from foretell.config import EMBEDDED, Config, config_file, unknown_variables
from foretell.endpoint import PREFIX
from foretell.errors import ConfigError, ForetellError

ENDPOINT_SECONDS = 5.0
"""Seconds that an endpoint has to list its models before it counts as dead."""

_PACKAGES = (
    ("av", "decodes video (the default)"),
    ("decord", "decodes video (video_backend=decord)"),
    ("faiss-cpu", "searches the memory"),
    ("torch", "runs the embedder"),
    ("transformers", "runs the embedder"),
    ("langchain", "runs the planner"),
    ("langchain-openai", "plans with any OpenAI-compatible endpoint"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of foretell, whether it can work, and what it is for."""

    part: str
    ok: bool
    found: str
    adds: str


def examine(config: Config, *, mend: bool = False) -> list[Finding]:
    """Looks at every part; only an endpoint that is configured is asked over the network.

    Args:
        config: All settings.
        mend: Whether to look through the library, too, and to mend what is not sound.
    """
    checked = _checked_library(config) if mend else []
    return [
        Finding("python", True, platform.python_version(), "runs foretell"),
        *(_package(name, adds) for name, adds in _PACKAGES),
        _checked("embedder", "finds events by meaning", lambda: _embedder(config)),
        _screen_text(),
        _checked("library", "keeps timelines and chats", lambda: _library(config)),
        *checked,
        *_chat_model(config),
        _checked("vision model", "looks at frames again (look_at)", lambda: _vision(config)),
        _checked("frame scorer", "finds moments in frames", lambda: _frames(config)),
        _checked("moment judge", "looks at found moments again", lambda: _judge(config)),
        _checked("captioner", "describes what videos show", lambda: _captioner(config)),
        _checked("recognizer", "recognises actions", lambda: _recognizer(config)),
        _checked("transcriber", "writes down what is said", lambda: _transcriber(config)),
        _accelerator(),
        Finding("settings", True, str(config_file()), "holds your defaults; need not exist"),
        *(_left_out(name) for name in unknown_variables()),
    ]


def _chat_model(config: Config) -> list[Finding]:
    """Looks for the model that plans and, where it is at an endpoint that answers, tries it."""
    model = _checked("model", "plans: which tool to call, what to answer", lambda: _model(config))
    if config.model == EMBEDDED or not model.ok:
        return [model]
    return [model, _checked("endpoint", "what that model can do", lambda: _abilities(config))]


def _left_out(variable: str) -> Finding:
    return Finding(variable, False, "set in the environment, and no setting", "nothing")


def _checked(part: str, adds: str, check: Callable[[], str]) -> Finding:
    """Runs a check that says what it found, or raises with what is missing."""
    try:
        return Finding(part, True, check(), adds)
    except ForetellError as error:
        return Finding(part, False, str(error), adds)


def _package(name: str, adds: str) -> Finding:
    try:
        return Finding(name, True, version(name), adds)
    except PackageNotFoundError:
        return Finding(name, False, f"not installed: pip install {name}", adds)


def _embedder(config: Config) -> str:
    from foretell.memory.embedding.embedders import load_embedder

    embedder = load_embedder(config)
    return f"{embedder.id}, {embedder.dimension} dimensions"


def _screen_text() -> Finding:
    from foretell.tools.screen_text.text_recognizer import ocr_is_installed

    if ocr_is_installed():
        return Finding("rapidocr", True, version("rapidocr"), "reads on-screen text")
    missing = "not installed: pip install 'foretell[ocr]'"
    return Finding("rapidocr", False, missing, "reads on-screen text")


def _library(config: Config) -> str:
    from foretell.memory.store import FILE_NAME, Store

    if not (config.library / FILE_NAME).exists():
        return f"{config.library}, where nothing was watched yet"
    with Store.open(config.library) as store:
        may_only = ", which may only be read" if store.database.is_read_only else ""
        return f"{config.library}, {len(store.videos())} videos{may_only}"


def _checked_library(config: Config) -> list[Finding]:
    """Looks through the library, mends it, and says what was done."""
    from foretell.memory.check_up import check_up

    adds = "faults are mended"
    try:
        checks = check_up(config.library)
    except ForetellError as error:
        return [Finding("library, checked", False, str(error), adds)]
    return [Finding(f"library: {check.part}", check.ok, check.told, adds) for check in checks]


def _model(config: Config) -> str:
    if config.model == EMBEDDED:
        return f"{EMBEDDED}: needs no key and no network"
    from foretell.agent.chat_models.models import load_chat_model, served_models

    load_chat_model(config.model, config)
    served = served_models(config, ENDPOINT_SECONDS)
    shown = ", ".join(served[:5]) or "no list of models"
    return f"{config.model} at {config.base_url or 'the provider'}, which serves {shown}"


def _abilities(config: Config) -> str:
    """Asks a chat model at an endpoint for little, to see what it can do."""
    from foretell.agent.chat_models.endpoint_check import check_endpoint

    return "; ".join(check_endpoint(config).told)


def _vision(config: Config) -> str:
    from foretell.tools.vision_models.image_text_answerer import local_answerer

    if config.vision_model is None:
        raise _unset(
            "vision_model",
            "hf:FOLDER or hf:OWNER/NAME of a model on this machine, or to one at the endpoint that "
            "accepts pictures",
        )
    local = local_answerer(config)
    if local is not None:
        local.check()
        return f"{config.vision_model} on this machine"
    return config.vision_model


def _frames(config: Config) -> str:
    from foretell.tools.localization.frame_scorers import load_frame_scorer

    if config.frame_scorer is None:
        raise _unset(
            "frame_scorer",
            "hf:FOLDER or hf:OWNER/NAME of a CLIP, SigLIP or X-CLIP; until then moments are found "
            "in the text of timelines",
        )
    return f"{load_frame_scorer(config.frame_scorer, config.device).id} on this machine"


def _judge(config: Config) -> str:
    from foretell.tools.localization.moment_judge import VisionJudge, load_judge

    judge = load_judge(config)
    if judge is None:
        raise _unset("moment_judge", f"{_SEES}; until then moments stay as they are found")
    if isinstance(judge, VisionJudge):
        judge.check()
    return _where(config.moment_judge, config)


def _captioner(config: Config) -> str:
    from foretell.tools.captioning.captioners import load_captioner
    from foretell.tools.watching.profile import Profile

    loaded = load_captioner(config, Profile())
    if loaded is None:
        raise _unset(
            "captioner", f"{_SEES}; until then captions are imported from files (captions)"
        )
    if loaded.endpoint is None:
        _ = loaded.captioner.frames_per_clip  # reads all of the model but its weights
    return _where(config.captioner, config)


def _recognizer(config: Config) -> str:
    from foretell.tools.recognition.recognizers import load_recognizer

    if config.recognizer is None:
        raise _unset(
            "recognizer",
            "hf:FOLDER or hf:OWNER/NAME of X-CLIP, CLIP, VideoMAE or the like; until then actions "
            "are imported from files (narrations)",
        )
    load_recognizer(config.recognizer, config.labels, device=config.device)
    return _where(config.recognizer, config)


def _transcriber(config: Config) -> str:
    from foretell.tools.speech.transcribers import load_transcriber
    from foretell.tools.watching.profile import Profile

    loaded = load_transcriber(config, Profile())
    if loaded is None:
        raise _unset(
            "transcriber",
            "whisper:NAME or whisper:FOLDER (needs foretell[speech]), or openai:NAME at the "
            "endpoint; until then speech is read from subtitles",
        )
    _ = loaded.id  # a model on this machine reads its files
    return _where(config.transcriber, config)


_SEES = "hf:FOLDER or hf:OWNER/NAME of a model on this machine, or openai:NAME at the endpoint"


def _unset(setting: str, values: str) -> ConfigError:
    """Says that a part is not configured, and what would be."""
    return ConfigError(f"none is set; set {setting} to {values}")


def _where(name: str | None, config: Config) -> str:
    """Says where a model runs; one at an endpoint is not asked anything."""
    at_endpoint = name is not None and name.startswith(PREFIX)
    return f"{name} at {config.base_url}" if at_endpoint else f"{name} on this machine"


def _accelerator() -> Finding:
    adds = "runs models faster; nothing needs it"
    if find_spec("torch") is None:
        return Finding("accelerator", False, "torch is not installed", adds)
    import torch

    if torch.cuda.is_available():
        return Finding("accelerator", True, torch.cuda.get_device_name(0), adds)
    if torch.backends.mps.is_available():
        return Finding("accelerator", True, "Apple GPU", adds)
    return Finding("accelerator", False, f"none; {os.cpu_count()} CPU cores", adds)
