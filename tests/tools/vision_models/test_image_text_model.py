"""What is the same for everything that a model of pictures writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from foretell.errors import ModelError
from foretell.tools.captioning.image_text_captioner import CAPTIONER
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.device import choose_device
from foretell.tools.vision_models.image_text_model import ImageTextModel
from foretell.tools.vision_models.loading import load, load_processor
from foretell.types import Clip, Frame
from tests.checkpoints.captioners import save_llava
from tests.checkpoints.plugin import CheckpointOf

CLIP = [Frame(np.zeros((40, 60, 3), np.uint8), 0.0)]


class Failing:
    """A prompt that nothing can be asked by."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def most_frames(self, wanted: int) -> int:
        return wanted

    def inputs(self, clips: Sequence[Clip]) -> Any:
        raise self.error


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MemoryError(), "'llava' ran out of memory on cpu with one clip at a time"),
        (RuntimeError("CUDA out of memory"), "'llava' ran out of memory on cpu with one clip at"),
        (ValueError("two pictures"), "the model 'llava' cannot be asked that: two pictures"),
    ],
)
def test_failures_are_told(captioner_of: CheckpointOf, error: Exception, told: str) -> None:
    checkpoint = Checkpoint(str(captioner_of("llava")))
    model = ImageTextModel(checkpoint, CAPTIONER, max_new_tokens=3, device="cpu")
    with pytest.raises(ModelError, match=told):
        model.write([CLIP], Failing(error))
    with pytest.raises(ModelError, match=told):
        model.first_odds(CLIP, Failing(error))


def test_a_model_in_memory_needs_no_room_for_itself(tmp_path: Path) -> None:
    save_llava(tmp_path)
    checkpoint = Checkpoint(str(tmp_path))
    device = choose_device("cpu")
    full = replace(device, memory_bytes=0)
    with pytest.raises(ModelError, match=r"takes .* and cpu has .* free"):
        load_processor(checkpoint, CAPTIONER, full)
    loaded = load(checkpoint, CAPTIONER, device)
    assert load_processor(checkpoint, CAPTIONER, full) is loaded.processor
