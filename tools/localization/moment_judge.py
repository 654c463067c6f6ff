"""Asks a model that sees whether something happens at a moment, and ranks moments anew by it."""

from __future__ import annotations

import functools
import logging
import math
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from foretell import ranking
from foretell.config import Config
from foretell.endpoint import PREFIX, shortened
from foretell.errors import UnusableModel, VideoError
from foretell.patterns import LazyPattern
from foretell.prompts.loader import load_prompt
from foretell.tools.decoding.video import Video
from foretell.tools.localization.windows import ScoredInterval
from foretell.tools.vision_models.chat_reply import ChatReply
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.device import choose_device
from foretell.tools.vision_models.image_text_model import ImageTextModel
from foretell.tools.vision_models.loading import Kind
from foretell.tools.vision_models.picture_endpoint import MOST_PICTURES, PictureEndpoint
from foretell.tools.vision_models.picture_prompt import PicturePrompt, question_prompt
from foretell.tools.watching.sampling import fit_within, uniform_times
from foretell.types import Frame, Interval

FRAMES = 8
"""Frames of a candidate and its context, which bound what a look costs."""
KIND = Kind(
    name="a model that answers questions about pictures",
    auto_model="AutoModelForImageTextToText",
    auto_processor="AutoProcessor",
    without_it="moments are not looked at again",
)
_YES = ("Yes", "yes", " Yes", " yes")
_NO = ("No", "no", " No", " no")
MAX_SIDE = 640
"""Pixels of the longer side; models scale to 224-448 themselves."""
MAX_TOKENS = 16
"""Tokens of a reply: "yes" or "no" and a few words around it."""
LIKELIEST = 10
"""First tokens whose probabilities are asked for; spellings of yes and no are among them."""
UNDECIDED = 0.5
"""The probability where a reply says neither."""
_MOST = 0.5
"""How likely yes or no must be as the first token; a model that thinks first begins otherwise."""
_ANSWER = LazyPattern(r"\W*(yes|no)\b", re.IGNORECASE)
_log = logging.getLogger(__name__)
CONTEXT_SHARE = 0.5
"""Share of a candidate's length that is looked at on each side of it."""


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

    def check(self) -> None:
        """Sees that the model can be asked, without reading its weights.

        Raises:
            ModelError: If it is not on this machine, damaged, of another kind, too large, or reads
                no questions.
            MissingExtra: If it needs a package that is not installed.
        """
        self._asking("").most_frames(self._frames)

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


def times_around(moment: Interval, context: Interval, count: int) -> list[float]:
    """Gives times in seconds spread over the context, ascending, one in the moment at least."""
    times = uniform_times(context, count)
    (middle,) = uniform_times(moment, 1)
    if count > 1 and any(moment.start <= time < moment.end for time in times):
        return times
    nearest = min(times, key=lambda time: abs(time - middle))
    return sorted(middle if time == nearest else time for time in times)


def shown_around(
    video: Video, moment: Interval, context: Interval, count: int
) -> tuple[list[Frame], list[float]]:
    """Gives frames spread over the context, and the times that they are shown at, in seconds.

    Raises:
        VideoError: If the video cannot be decoded.
    """
    times = times_around(moment, context, count)
    size = fit_within(video.info.width, video.info.height, MAX_SIDE)
    clip = list(video.frames(times, size=size))
    return clip, times[: len(clip)]


def judge_question(text: str, moment: Interval, times: Sequence[float], video: str) -> str:
    """Asks whether something happens in those pictures that lie in the moment.

    Args:
        text: What is said to happen.
        moment: When it is said to happen.
        times: When the pictures are shown, in seconds, ascending.
        video: The video's name, for the error.

    Raises:
        VideoError: If no picture lies in the moment.
    """
    inside = [number for number, time in enumerate(times, 1) if moment.start <= time < moment.end]
    if not inside:
        raise VideoError(f"no frame of {video!r} in {moment} can be decoded")
    first, last = inside[0], inside[-1]
    shown = f"picture {first}" if first == last else f"pictures {first} to {last}"
    return load_prompt("judge_moment").fill(text=text, shown=shown, count=len(times))


class EndpointJudge:
    """Takes the share of "yes" in the first word that the model would say: a `MomentJudge`.

    Where the endpoint does not tell how likely its words are, yes is 1 and no is 0; where it says
    neither, the moment is undecided, which is logged.

    Args:
        endpoint: The model.
        frames: How many frames it is shown.
    """

    def __init__(self, endpoint: PictureEndpoint, *, frames: int = MOST_PICTURES) -> None:
        self._endpoint = endpoint
        self._frames = frames

    def probability(self, video: Video, moment: Interval, context: Interval, text: str) -> float:
        """Gives how likely the model says yes rather than no, in [0, 1].

        Raises:
            VideoError: If the video cannot be decoded.
            ModelError: If the endpoint fails, refuses pictures, or the model only thinks.
        """
        clip, times = shown_around(video, moment, context, self._frames)
        question = judge_question(text, moment, times, video.info.name)
        with self._endpoint.client() as client:
            reply = self._endpoint.ask(client, question, clip, MAX_TOKENS, likeliest=LIKELIEST)
        share = _share_of_yes(reply)
        if share is None:
            said = shortened(reply.text or reply.silence or "")
            _log.warning("the judge said neither yes nor no of %s: %s", moment, said)
        return UNDECIDED if share is None else share


def _share_of_yes(reply: ChatReply) -> float | None:
    odds = {"yes": 0.0, "no": 0.0}
    for token, logarithm in reply.first_token.items():
        if token.strip().lower() in odds:
            odds[token.strip().lower()] += math.exp(logarithm)
    if sum(odds.values()) > _MOST:
        return odds["yes"] / sum(odds.values())
    said = _ANSWER.match(reply.text)
    return None if said is None else float(said[1].lower() == "yes")


_here = functools.lru_cache(maxsize=1)(VisionJudge)


def load_judge(config: Config) -> MomentJudge | None:
    """Gives the judge `hf:FOLDER`, `hf:OWNER/NAME` or `openai:NAME`; None where none is set.

    Raises:
        ConfigError: If it is named otherwise, its endpoint is not set, or there is no such device.
    """
    given = config.moment_judge
    if given is None:
        return None
    if not given.startswith(PREFIX):
        return _here(given, config.device)
    endpoint = PictureEndpoint(
        given.removeprefix(PREFIX),
        "moment_judge",
        config.endpoint,
    )
    return EndpointJudge(endpoint)


class MomentJudge(Protocol):
    """Answers yes or no to whether something happens at a moment."""

    def probability(self, video: Video, moment: Interval, context: Interval, text: str) -> float:
        """Gives how likely the answer is yes, in [0, 1].

        Args:
            video: The open video.
            moment: When it is said to happen.
            context: What is to be looked at: the moment and what lies around it.
            text: What is said to happen.

        Raises:
            VideoError: If the video cannot be decoded.
            ModelError: If the model cannot be loaded or fails.
        """
        ...


def rerank_with_judge(
    candidates: Iterable[ScoredInterval], video: Video, text: str, judge: MomentJudge
) -> list[ScoredInterval]:
    """Gives the candidates with the probability of yes as their score, best first.

    Each is shown with half its length on both sides, after VideoMind (Y. Liu et al., "VideoMind: A
    Chain-of-LoRA Agent for Long Video Reasoning", 2025). Those equally likely keep their order.

    Raises:
        VideoError: If the video cannot be decoded.
        ModelError: If the judge fails.
    """
    judged = [
        ScoredInterval(
            moment,
            judge.probability(video, moment, with_context(moment, video.info.interval), text),
        )
        for moment in (candidate.interval for candidate in candidates)
    ]
    return ranking.ordered(judged, lambda one: one.score, ranking.MODEL_PRECISION)


def with_context(moment: Interval, whole: Interval) -> Interval:
    """Gives the moment with half its length on both sides, as far as the video goes."""
    margin = CONTEXT_SHARE * moment.duration
    start = min(max(moment.start - margin, whole.start), moment.start)
    return Interval(start, max(min(moment.end + margin, whole.end), moment.end))
