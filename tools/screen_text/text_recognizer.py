"""Reads the text in a picture."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from foretell.errors import MissingExtra

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text in a picture.

    Attributes:
        text: What it says.
        score: How sure the recogniser is, in [0, 1].
        left: Where its box begins, in pixels from the left.
        top: In pixels from above.
        right: In pixels from the left.
        bottom: In pixels from above.
    """

    text: str
    score: float
    left: float
    top: float
    right: float
    bottom: float


class TextRecognizer(Protocol):
    """Finds and reads the lines of text in a picture."""

    @property
    def name(self) -> str:
        """What it is, with its version; another name means other readings."""
        ...

    def read(self, picture: NDArray[np.uint8]) -> list[TextLine]:
        """Gives the lines in a picture, (H, W, 3) uint8 RGB, in any order."""
        ...


def ocr_is_installed() -> bool:
    """Tells whether the extra `ocr` is installed, without loading it."""
    return all(find_spec(package) is not None for package in ("rapidocr", "onnxruntime"))


class RapidOcr:
    """PP-OCRv6 (small) by RapidOCR on ONNX Runtime; works offline.

    It runs on as many threads as CPUs, or on fewer where OMP_NUM_THREADS says so, which other
    libraries heed by themselves and ONNX Runtime does not.

    Raises:
        MissingExtra: If the extra `ocr` is not installed.
    """

    def __init__(self) -> None:
        if not ocr_is_installed():
            raise MissingExtra("reading on-screen text", "ocr")

    @property
    def name(self) -> str:
        """The version of RapidOCR and the network that it runs."""
        return f"rapidocr {version('rapidocr')}, PP-OCRv6 small at 640"

    def read(self, picture: NDArray[np.uint8]) -> list[TextLine]:
        """Gives the lines in a picture, (H, W, 3) uint8 RGB, from top to bottom."""
        found = self._engine(picture[..., ::-1])
        if found.boxes is None:
            return []
        return [
            TextLine(text, float(score), *map(float, (*box.min(axis=0), *box.max(axis=0))))
            for text, score, box in zip(found.txts, found.scores, found.boxes, strict=True)
        ]

    @cached_property
    def _engine(self) -> Any:
        """Loads the networks; lines are looked for at 640 pixels, then read at full size.

        So letters 12 pixels high are still read in a picture of 960 pixels. RapidOCR's own setting
        enlarges small pictures, which takes six times as long and found no more in real clips.
        """
        from rapidocr import RapidOCR

        settings = {
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Det.limit_type": "max",
            "Det.limit_side_len": 640,
            "EngineConfig.onnxruntime.intra_op_num_threads": _threads(),
        }
        return RapidOCR(params=settings)


def _threads() -> int:
    cpus = os.cpu_count() or 1
    told = os.environ.get("OMP_NUM_THREADS", "")
    return min(cpus, int(told)) if told.isdecimal() and int(told) else cpus
