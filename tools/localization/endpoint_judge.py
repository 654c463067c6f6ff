"""Asks a model at an endpoint whether something happens at a moment, yes or no."""

from __future__ import annotations

import logging
import math
import re

from foretell.endpoint import shortened
from foretell.tools.decoding.video import Video
from foretell.tools.localization.judge_question import judge_question, shown_around
from foretell.tools.vision_models.chat_reply import ChatReply
from foretell.tools.vision_models.picture_endpoint import MOST_PICTURES, PictureEndpoint
from foretell.types import Interval

MAX_TOKENS = 16
LIKELIEST = 10
UNDECIDED = 0.5
_MOST = 0.5
"""How likely yes or no must be as the first token; a model that thinks first begins otherwise."""
_ANSWER = re.compile(r"\W*(yes|no)\b", re.IGNORECASE)
_log = logging.getLogger(__name__)


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
