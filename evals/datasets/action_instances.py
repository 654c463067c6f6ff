"""Actions in untrimmed videos as moments to be found: ActivityNet 1.3 and THUMOS14."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, FiniteFloat

from foretell.evals.datasets.question_files import found_file
from foretell.moments import MomentQuery
from foretell.patterns import LazyPattern
from foretell.tools.texts.annotation_file import Node, read_annotations
from foretell.tools.texts.timed_text import Seconds
from foretell.types import Interval

_CAMEL = LazyPattern(r"(?<=[a-z])(?=[A-Z])")
FILES = ("anet13_val_gt_from_tsp.json", "thumos_gt_wrapped.json", "thumos_gt.json")


class _Instance(BaseModel):
    label: str
    segment: tuple[FiniteFloat, FiniteFloat]


class _Video(BaseModel):
    subset: str
    annotations: list[_Instance]
    duration: Seconds | None = None


def load_action_instances(path: Path) -> list[MomentQuery]:
    """Gives, of each video that is for testing, each class with its instances.

    The classes of a video are told, and "HighJump" is asked for as "high jump". Where the file
    does not say how long a video is, it ends with its last action.

    Args:
        path: ActivityNet's or THUMOS14's ground truth ('database'), or a folder that holds it.

    Raises:
        DatasetError: If there is no such file, or it is in another form.
    """
    node = read_annotations(found_file(path, *FILES))
    videos = node.entries().get("database", node).entries()
    if not videos:
        raise node.error("holds no videos; give the ground truth with its 'database'")
    return [query for video, entry in videos.items() for query in _queries(video, entry)]


def _queries(video: str, node: Node) -> Iterator[MomentQuery]:
    parsed = node.parse(_Video)
    if parsed.subset not in ("validation", "test", "testing") or not parsed.annotations:
        return
    if parsed.subset == "validation" and video.startswith("video_validation"):
        return  # THUMOS14 is tested on its other half
    last = max(max(one.segment) for one in parsed.annotations)
    whole = Interval(0.0, parsed.duration or last)
    for label in dict.fromkeys(one.label for one in parsed.annotations):
        windows = tuple(
            Interval(min(one.segment), max(one.segment))
            for one in parsed.annotations
            if one.label == label
        )
        text = _CAMEL.sub(" ", label).lower()
        yield MomentQuery(f"{video} {label}", video, text, whole, windows, label)
