"""Keeps captions by what the clips show, so that no clip is described twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from foretell.errors import ModelError
from foretell.memory.kept_texts import KeptTexts
from foretell.types import Clip

CAPTIONS_NAME = "captions.sqlite"

Describe = Callable[[Sequence[Clip]], Sequence[str]]


class UnfinishedCaptions(ModelError):
    """A model failed at some clips.

    Attributes:
        captions: What it said of others, by their place among the clips.
    """

    def __init__(self, message: str, captions: Mapping[int, str]) -> None:
        super().__init__(message)
        self.captions = captions


class KeptCaptions:
    """An SQLite file of captions by key; made when missing, and shared by processes."""

    def __init__(self, file: Path) -> None:
        self._texts = KeptTexts(file, "captions", "text")

    def fill(self, clips: Mapping[str, Clip], describe: Describe) -> dict[str, str]:
        """Gives the caption of each key, those that are new from `describe`.

        What it says is kept, also where it fails at some of the clips; silence is not.
        """
        known = self._texts.read(list(clips))
        new = [key for key in clips if key not in known]
        if not new:
            return known
        try:
            written = dict(zip(new, describe([clips[key] for key in new]), strict=True))
        except UnfinishedCaptions as error:
            self._keep({new[place]: text for place, text in error.captions.items()})
            raise
        self._keep(written)
        return known | written

    def _keep(self, captions: Mapping[str, str]) -> None:
        self._texts.keep({key: text for key, text in captions.items() if text})


def clip_key(request: str, clip: Clip) -> str:
    """Hashes `request`, the pictures and the times between them; not when the clip begins.

    Models that are shown a video are told these times, to the millisecond here.
    """
    digest = hashlib.sha256(request.encode())
    for frame in clip:
        later_ms = round(1000 * (frame.pts_seconds - clip[0].pts_seconds))
        digest.update(f"\0{later_ms} {frame.data.shape}".encode())
        digest.update(frame.data.tobytes())
    return digest.hexdigest()
