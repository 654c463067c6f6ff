"""How models that caption are asked: in a chat, by a question, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

import numpy as np

from foretell.errors import ConfigError, UnusableModel
from foretell.prompts.loader import load_prompt
from foretell.types import Clip

CaptionPrompt = Literal["description", "intention"]
"""What is asked of each clip: what happens, or, as LALM asks, what the person wants to do."""
PROMPT_FILES: dict[CaptionPrompt, str] = {
    "description": "caption",
    "intention": "caption_intention",
}
_WORDLESS = ("blip", "blip-2", "git")
"""Types that describe a picture without being asked."""
_QUESTIONS = {"blip-2": "Question: {} Answer:", "instructblip": "{}"}
"""How types without a chat template are asked."""


class PicturePrompt(Protocol):
    """Turns clips into what a model is given."""

    def most_frames(self, wanted: int) -> int:
        """Gives how many of the `wanted` frames of a clip it uses."""
        ...

    def inputs(self, clips: Sequence[Clip]) -> Any:
        """Gives the batch of tensors for the model, padded on the left."""
        ...


def picture_prompt(
    processor: Any, model_type: str, prompt: CaptionPrompt, name: str
) -> PicturePrompt:
    """Gives the way in which a model of that type is asked.

    Raises:
        ConfigError: If it cannot be asked that.
        ModelError: If it cannot be asked anything.
    """
    if prompt == "description" and model_type in _WORDLESS and not _talks(processor):
        return OnePicture(processor, None)
    asked = question_prompt(processor, model_type, load_prompt(PROMPT_FILES[prompt]).text)
    if asked is not None:
        return asked
    if model_type in _WORDLESS:
        raise ConfigError(
            f"caption_prompt is {prompt!r}, and the model {name!r} reads no questions; "
            "give 'description', or a model that does"
        )
    raise UnusableModel(
        f"the model {name!r} (of type {model_type!r}) has no chat template, so that nobody can say "
        "how it is asked; take one that has, or BLIP, BLIP-2, InstructBLIP or GIT"
    )


def question_prompt(processor: Any, model_type: str, question: str) -> PicturePrompt | None:
    """Gives the way in which a model of that type is asked; None where it reads no questions."""
    if _talks(processor):
        films = getattr(processor, "video_processor", None) is not None
        return (VideoChat if films else PictureChat)(processor, question)
    if model_type in _QUESTIONS:
        return OnePicture(processor, _QUESTIONS[model_type].format(question))
    return None


def _talks(processor: Any) -> bool:
    return getattr(processor, "chat_template", None) is not None


class PictureChat:
    """A talk about the pictures of a clip, in order.

    Args:
        processor: Of a model that takes several pictures.
        text: What is asked.
    """

    def __init__(self, processor: Any, text: str) -> None:
        self._processor = processor
        self._text = text

    def most_frames(self, wanted: int) -> int:
        """Gives all."""
        return wanted

    def inputs(self, clips: Sequence[Clip]) -> Any:
        """Gives token ids, their mask and pictures."""
        shown = [[{"type": "image", "image": one} for one in _pictures(clip)] for clip in clips]
        return _talks_about(self._processor, shown, self._text)


class VideoChat:
    """A talk about a clip as a video, in which a model counts time.

    Args:
        processor: Of a model that takes videos.
        text: What is asked.
    """

    def __init__(self, processor: Any, text: str) -> None:
        self._processor = processor
        self._text = text

    def most_frames(self, wanted: int) -> int:
        """Gives all."""
        return wanted

    def inputs(self, clips: Sequence[Clip]) -> Any:
        """Gives token ids, their mask and videos; no frame is left out."""
        shown = [
            [{"type": "video", "video": np.stack([frame.data for frame in clip])}] for clip in clips
        ]
        return _talks_about(
            self._processor,
            shown,
            self._text,
            do_sample_frames=False,
            video_metadata=[_metadata(clip) for clip in clips],
        )


class OnePicture:
    """The frame in the middle of a clip, with a question or without a word.

    Args:
        processor: Of a model that takes one picture.
        text: What stands before the caption.
    """

    def __init__(self, processor: Any, text: str | None) -> None:
        self._processor = processor
        self._text = text

    def most_frames(self, wanted: int) -> int:
        """Gives 1."""
        return 1

    def inputs(self, clips: Sequence[Clip]) -> Any:
        """Gives pictures, and token ids with their mask where there is a text."""
        texts = {} if self._text is None else {"text": [self._text] * len(clips)}
        pictures = [_pictures([clip[len(clip) // 2]])[0] for clip in clips]
        return self._processor(images=pictures, return_tensors="pt", **texts)


def _talks_about(
    processor: Any, shown: Sequence[Sequence[dict[str, Any]]], text: str, **settings: Any
) -> Any:
    """Gives the inputs of a talk a clip, all that the family adds to them being its own doing."""
    talks = [
        [{"role": "user", "content": [*parts, {"type": "text", "text": text}]}] for parts in shown
    ]
    return processor.apply_chat_template(
        talks,
        add_generation_prompt=True,
        tokenize=True,
        return_dict=True,
        return_tensors="pt",
        processor_kwargs={"padding": True, **settings},
    )


def _pictures(clip: Clip) -> list[Any]:
    from PIL import Image

    return [Image.fromarray(frame.data) for frame in clip]


def _metadata(clip: Clip) -> dict[str, Any]:
    """Tells when the frames of a clip are shown, as if it were a file of its own."""
    seconds = clip[-1].pts_seconds - clip[0].pts_seconds
    per_second = (len(clip) - 1) / seconds if seconds > 0 else 1.0
    return {
        "total_num_frames": len(clip),
        "fps": per_second,
        "duration": seconds,
        "frames_indices": list(range(len(clip))),
    }
