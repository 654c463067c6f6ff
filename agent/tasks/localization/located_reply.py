"""What a model's reply says about when something happens."""

from __future__ import annotations

from foretell.agent.final_answer import without_thoughts
from foretell.tools.localization.moments import Located, LocatedMoment
from foretell.tools.localization.spoken_times import read_moment, read_spans
from foretell.types import Interval

UNTOLD = "the reply names no span"


def read_located(reply: str, video: Interval) -> Located:
    """Gives the moments that a reply names, the first the surest; none where it names none."""
    told = read_spans(without_thoughts(reply), video)
    moments = (
        LocatedMoment(interval, 1.0 / rank) for rank, interval in enumerate(told.intervals, 1)
    )
    return Located(
        moments=tuple(moments),
        reason="" if told.intervals else UNTOLD,
        reply=reply,
        repairs=told.repairs,
    )


def read_ends(onset: str, offset: str, video: Interval) -> Located:
    """Gives the moment between the times that two replies name; none where one names none."""
    start = read_moment(without_thoughts(onset), video)
    end = read_moment(without_thoughts(offset), video)
    reply = f"{onset}\n{offset}"
    if start is None or end is None:
        return Located((), UNTOLD, reply)
    moment = LocatedMoment(Interval(min(start, end), max(start, end)), 1.0)
    repairs = ("swapped",) if end < start else ()
    return Located((moment,), reply=reply, repairs=repairs)
