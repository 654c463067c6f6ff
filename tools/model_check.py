"""Loads a model to see that it runs, and as what."""

from __future__ import annotations

import time
from dataclasses import dataclass

from foretell.errors import UnusableModel
from foretell.tools.captioning.image_text_captioner import CAPTIONER, ImageTextCaptioner
from foretell.tools.recognition.video_classification import CLASSIFIER
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.device import choose_device
from foretell.tools.vision_models.dual_encoder import KIND as IMAGE_TEXT
from foretell.tools.vision_models.loading import Kind, is_a, load
from foretell.tools.vision_models.x_clip import X_CLIP

KINDS: tuple[Kind, ...] = (CAPTIONER, CLASSIFIER, X_CLIP, IMAGE_TEXT)


@dataclass(frozen=True, slots=True)
class Checked:
    """A model that was loaded.

    Attributes:
        id: Its name and the digest of its files.
        model_type: Its family, as transformers calls it.
        job: What foretell can use it as.
        device: Where it was loaded.
        dtype: The numbers of its weights.
        parameters_millions: How many it has.
        seconds: How long loading took.
    """

    id: str
    model_type: str
    job: str
    device: str
    dtype: str
    parameters_millions: float
    seconds: float


def check(model: str, device: str) -> Checked:
    """Loads `hf:MODEL` as the first thing that it can be used as.

    Raises:
        ConfigError: If it is written otherwise, or there is no such device.
        ModelError: If it is not on this machine, damaged, too large, or nothing foretell can use.
        MissingExtra: If it needs a package that is not installed.
    """
    checkpoint, place = Checkpoint.parse(model), choose_device(device)
    began = time.perf_counter()
    kind = next((kind for kind in KINDS if is_a(checkpoint, kind)), None)
    if kind is None:
        raise UnusableModel(
            f"the model {checkpoint.name!r} is not {' or '.join(kind.name for kind in KINDS)}; see "
            "`foretell models list` for some that are"
        )
    if kind is CAPTIONER:
        ImageTextCaptioner(checkpoint, device=place.name).check()
    loaded = load(checkpoint, kind, place)
    return Checked(
        id=checkpoint.id,
        model_type=loaded.model.config.model_type,
        job=kind.name,
        device=loaded.device.name,
        dtype=loaded.device.dtype,
        parameters_millions=loaded.model.num_parameters() / 1e6,
        seconds=time.perf_counter() - began,
    )
