"""Prepares the frames of clips for a model, each frame once however many clips share it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from foretell.tools.vision_models.device import Batches, Device, choose_device
from foretell.tools.vision_models.loading import Loaded
from foretell.types import Clip

_CLIP_BYTES = 256 << 20
"""Memory that a clip takes in the model, estimated from ViT-B at 16 frames."""
_MOST_CLIPS = {"cpu": 4}
_MOST_CLIPS_ON_GPU = 32
"""Clips of a pass; more are no faster."""


def clip_pixels(processor: Any, clips: Sequence[Clip], device: Device) -> Any:
    """Gives a (N, T, 3, H, W) tensor on the device, of N clips of T frames.

    Args:
        processor: An image processor of transformers that takes each frame by itself.
        clips: One at least, all of the same length.
        device: Where the model is.
    """
    import torch

    frames = {id(frame): frame for clip in clips for frame in clip}
    places = {key: place for place, key in enumerate(frames)}
    prepared = processor([frame.data for frame in frames.values()], return_tensors="pt")
    pixels = prepared["pixel_values"].to(device.name, getattr(torch, device.dtype))
    pixels = pixels.reshape(-1, *pixels.shape[-3:])
    rows = torch.tensor([[places[id(frame)] for frame in clip] for clip in clips])
    return pixels[rows.to(device.name)]


def processor_side(processor: Any) -> int:
    """Gives to how many pixels an image processor brings the shorter side of a frame."""
    size = processor.size
    return int(size.get("shortest_edge") or min(size["height"], size["width"]))


def clip_batches(loaded: Loaded, name: str) -> Batches:
    """Gives what puts clips through a model, as many at once as fit beside its weights."""
    most = _MOST_CLIPS.get(loaded.device.name, _MOST_CLIPS_ON_GPU)
    free = choose_device(loaded.device.name)
    return Batches(free.batch_for(_CLIP_BYTES, most), f"the model {name!r}", free)
