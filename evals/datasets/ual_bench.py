"""UAL-Bench: unusual activities to be found in short clips, with a caption for each second.

Abdullah et al., "UAL-Bench: The first comprehensive unusual activity localization benchmark", WACV
2025.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, FiniteFloat

from foretell.errors import DatasetError, argument
from foretell.evals.datasets.question_files import check_there
from foretell.evals.datasets.stored_captions import Captions
from foretell.moments import MomentQuery
from foretell.patterns import LazyPattern
from foretell.tools.texts.annotation_file import read_annotations
from foretell.types import Event, Interval

FILES = ("annotations/*.json",)
_LINE = LazyPattern(r"\s*(\d+(?:\.\d+)?)s:\s*(.*)")
_SECOND = 1.0


class _Activity(BaseModel):
    start_time: FiniteFloat
    end_time: FiniteFloat
    description: str


class _Shown(BaseModel):
    text_rep: str


def load_ual_captions(path: Path) -> Captions:
    """Returns the captions of each clip, each from its second to the next.

    Args:
        path: A file of `text_representations`: lines such as "0.0s: a man on a bed." by clip; or
            UAL-Bench's folder, which holds one.

    Raises:
        DatasetError: If there is no such file, or it is in another form.
    """
    file = path if path.is_file() else _only(path, "text_representations")
    return {
        clip: tuple(_events(entry.parse(_Shown).text_rep, f"captions:{file.name}"))
        for clip, entry in read_annotations(file).entries().items()
    }


def load_ual_bench(path: Path, captions: Captions) -> list[MomentQuery]:
    """Returns the activities with their spans, from the annotations alone.

    A clip ends with its last caption, as its length is told nowhere else; the spans in files of
    captions are others and are not read.

    Args:
        path: A file of `annotations`, or UAL-Bench's folder, which holds one.
        captions: What the clips show.

    Raises:
        DatasetError: If there is no such file, it is in another form, or a clip has no captions.
    """
    file = path if path.is_file() else _only(path, "annotations")
    queries: list[MomentQuery] = []
    for clip, entry in read_annotations(file).entries().items():
        activity = entry.parse(_Activity)
        if not captions.get(clip):
            raise entry.error(
                f"has no captions, which tell how long it is; give {argument('captions', 'FILE')}"
            )
        if activity.end_time < activity.start_time:
            raise entry.error("ends before it starts")
        window = Interval(activity.start_time, activity.end_time)
        whole = Interval(0.0, max(event.interval.end for event in captions[clip]))
        queries.append(MomentQuery(clip, clip, activity.description, whole, (window,)))
    return queries


def _only(path: Path, folder: str) -> Path:
    check_there(path)
    files = sorted((path / folder).glob("*.json"))
    if len(files) != 1:
        raise DatasetError(
            f"{str(path / folder)!r} holds {len(files)} files; give UAL-Bench's folder with one, "
            "or the file itself"
        )
    return files[0]


def _events(lines: str, source: str) -> list[Event]:
    said = [match for line in lines.splitlines() if (match := _LINE.match(line))]
    return [
        Event(Interval(float(m[1]), float(m[1]) + _SECOND), "caption", m[2], source) for m in said
    ]
