"""Questions as people ask them, about videos as they are and about two that have texts.

`questions.jsonl` names a video and a question a line; the videos lie beside it in `videos/`, or in
`videos/` of the folder above.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel

from foretell.errors import DatasetError
from foretell.evals.datasets.question_files import found_file
from foretell.paths import is_file
from foretell.tools.texts.annotation_file import read_annotations

FILES = ("questions.jsonl",)
PLAIN = "none"
"""What the field `texts` says of a video that is watched as it is."""
_VIDEO_FOLDERS = ("videos", "../videos", "../videos/odd")


@dataclass(frozen=True, slots=True)
class _NamedVideo:
    """The files that stand behind a name; `captions` is None where the video brings its texts."""

    video: str
    captions: str | None = None


_NAMED: Mapping[str, _NamedVideo] = MappingProxyType(
    {
        "kitchen": _NamedVideo(
            "ego_kitchen_milk_41s.mp4", "ego_kitchen_milk_41s.lavila_captions.json"
        ),
        "nasa": _NamedVideo("nasa_cleanroom_2video_2audio_2subs.mp4"),
    }
)


@dataclass(frozen=True, slots=True)
class NaturalQuestion:
    """A question about a video.

    Attributes:
        video: What the file of questions calls the video.
        texts: "none", or which texts the video is watched with.
        text: The question.
        file: The video.
        captions: Captions that are imported with it, or None.
    """

    video: str
    texts: str
    text: str
    file: Path
    captions: Path | None = None

    @property
    def key(self) -> str:
        """The name of the question in files: video, texts and wording."""
        return question_key(self.video, self.texts, self.text)

    @property
    def has_texts(self) -> bool:
        """Whether the video is watched with captions or subtitles."""
        return self.texts != PLAIN


@dataclass(frozen=True, slots=True)
class NaturalQuestions:
    """The questions whose videos are there.

    Attributes:
        questions: In the order of the file.
        absent: How many questions are left out, by the name of the video that is not there.
    """

    questions: tuple[NaturalQuestion, ...]
    absent: Mapping[str, int]


class _Row(BaseModel):
    video: str
    texts: str
    question: str


def question_key(video: str, texts: str, question: str) -> str:
    """Returns the name of a question in files."""
    return f"{video} ({texts}): {question}"


def load_natural_questions(path: Path) -> NaturalQuestions:
    """Reads `questions.jsonl` and finds the videos.

    Raises:
        DatasetError: If the file cannot be read, asks the same twice, or no video is there.
    """
    file = found_file(path, *FILES)
    table = read_annotations(file)
    rows = [node.parse(_Row) for node in (table.items() or [table])]
    found: dict[str, NaturalQuestion] = {}
    absent: dict[str, int] = {}
    for row in rows:
        named = _NAMED.get(row.video, _NamedVideo(row.video))
        video = _found(file.parent, named.video)
        captions = None if named.captions is None else _found(file.parent, named.captions)
        if video is None or (named.captions is not None and captions is None):
            absent[row.video] = absent.get(row.video, 0) + 1
            continue
        question = NaturalQuestion(row.video, row.texts, row.question, video, captions)
        if question.key in found:
            raise DatasetError(f"{file} asks {question.key!r} twice; take one out")
        found[question.key] = question
    if not found:
        folders = ", ".join(str(file.parent / folder) for folder in _VIDEO_FOLDERS)
        raise DatasetError(f"no video of {file} is there; put them into one of {folders}")
    return NaturalQuestions(tuple(found.values()), absent)


def _found(folder: Path, name: str) -> Path | None:
    files: Sequence[Path] = [folder / below / name for below in _VIDEO_FOLDERS]
    return next((file.resolve() for file in files if is_file(file)), None)
