"""Asks a model that sees whether something happens at a moment, yes or no."""

from __future__ import annotations

import functools
from typing import Any

from foretell.errors import ModelError, VideoError
from foretell.prompts.loader import load_prompt
from foretell.tools.sampling import fit_within, uniform_times
from foretell.tools.video import Video
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.device import choose_device
from foretell.tools.vision_models.loading import Kind, Loaded, load
from foretell.tools.vision_models.picture_prompt import PicturePrompt, question_prompt
from foretell.types import Interval

FRAMES = 8
MAX_SIDE = 640
KIND = Kind(
    name="a model that answers questions about pictures",
    auto_model="AutoModelForImageTextToText",
    auto_processor="AutoProcessor",
    without_it="moments are not looked at again",
)
_YES = ("Yes", "yes", " Yes", " yes")
_NO = ("No", "no", " No", " no")


class VisionJudge:
    """Takes the share of "yes" in the first word that the model would say: a `MomentJudge`.

    The weights are read at the first question.

    Args:
        checkpoint: `hf:FOLDER` or `hf:OWNER/NAME` of a model that answers questions.
        device: Where it runs; "auto" takes the fastest.
        frames: How many frames it is shown.

    Raises:
        ConfigError: If the checkpoint is written otherwise, or there is no such device.
    """

    def __init__(self, checkpoint: str, device: str = "auto", *, frames: int = FRAMES) -> None:
        self._checkpoint = Checkpoint.parse(checkpoint)
        self._device = choose_device(device)
        self._frames = frames

    def probability(self, video: Video, moment: Interval, context: Interval, text: str) -> float:
        """Gives how likely the model says yes rather than no, in [0, 1].

        Raises:
            VideoError: If the video cannot be decoded.
            ModelError: If the model cannot be loaded, or reads no questions.
        """
        import torch

        asked = self._asking(load_prompt("judge_moment").fill(text=text))
        size = fit_within(video.info.width, video.info.height, MAX_SIDE)
        times = uniform_times(context, asked.most_frames(self._frames))
        clip = list(video.frames(times, size=size))
        if not clip:
            raise VideoError(f"no frame of {video.info.name!r} in {context} can be decoded")
        model = self._loaded.model
        inputs = asked.inputs([clip]).to(self._device.name, model.dtype)
        with torch.inference_mode():
            said: Any = model.generate(
                **inputs,
                max_new_tokens=1,
                do_sample=False,
                output_logits=True,
                return_dict_in_generate=True,
            )
        odds = said.logits[0][0].float()
        yes, no = (odds[list(words)].logsumexp(0) for words in self._first_words)
        return float(torch.sigmoid(yes - no))

    def _asking(self, question: str) -> PicturePrompt:
        processor, model_type = self._loaded.processor, self._loaded.model.config.model_type
        asked = question_prompt(processor, model_type, question)
        if asked is None:
            raise ModelError(
                f"the model {self._checkpoint.name!r} reads no questions; give one that does "
                "(foretell models list), or do without: moments are not looked at again"
            )
        return asked

    @functools.cached_property
    def _first_words(self) -> tuple[set[int], set[int]]:
        """The tokens that begin a yes, and those that begin a no."""
        tokenizer = self._loaded.processor.tokenizer

        def begins(words: tuple[str, ...]) -> set[int]:
            return {tokenizer(word, add_special_tokens=False)["input_ids"][0] for word in words}

        yes, no = begins(_YES), begins(_NO)
        return yes - no, no - yes

    @functools.cached_property
    def _loaded(self) -> Loaded:
        loaded = load(self._checkpoint, KIND, self._device)
        loaded.processor.tokenizer.padding_side = "left"
        return loaded
