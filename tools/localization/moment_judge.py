"""Asks a model that sees whether something happens at a moment, yes or no."""

from __future__ import annotations

import functools

from foretell.errors import UnusableModel
from foretell.tools.decoding.video import Video
from foretell.tools.localization.judge_question import judge_question, shown_around
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.device import choose_device
from foretell.tools.vision_models.image_text_model import ImageTextModel
from foretell.tools.vision_models.loading import Kind
from foretell.tools.vision_models.picture_prompt import PicturePrompt, question_prompt
from foretell.types import Interval

FRAMES = 8
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
        self._frames = frames
        device = choose_device(device).name
        self._model = ImageTextModel(self._checkpoint, KIND, max_new_tokens=1, device=device)

    def probability(self, video: Video, moment: Interval, context: Interval, text: str) -> float:
        """Gives how likely the model says yes rather than no, in [0, 1].

        Raises:
            VideoError: If the video cannot be decoded.
            ModelError: If the model cannot be loaded, runs out of memory, or cannot be asked that.
        """
        import torch

        count = self._asking("").most_frames(self._frames)
        clip, times = shown_around(video, moment, context, count)
        asked = self._asking(judge_question(text, moment, times, video.info.name))
        odds = self._model.first_odds(clip, asked)
        yes, no = (odds[list(words)].logsumexp(0) for words in self._first_words)
        return float(torch.sigmoid(yes - no))

    def _asking(self, question: str) -> PicturePrompt:
        processor, model_type = self._model.processor, self._checkpoint.model_type
        asked = question_prompt(processor, model_type, question)
        if asked is None:
            raise UnusableModel(
                f"the model {self._checkpoint.name!r} reads no questions; give one that does "
                "(foretell models list), or do without: moments are not looked at again"
            )
        return asked

    @functools.cached_property
    def _first_words(self) -> tuple[set[int], set[int]]:
        """The tokens that begin a yes, and those that begin a no."""
        tokenizer = self._model.processor.tokenizer

        def begins(words: tuple[str, ...]) -> set[int]:
            return {tokenizer(word, add_special_tokens=False)["input_ids"][0] for word in words}

        yes, no = begins(_YES), begins(_NO)
        return yes - no, no - yes
