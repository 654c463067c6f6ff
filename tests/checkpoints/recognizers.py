"""Models that tell actions apart, small and untrained, saved as real ones are."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

from tests.checkpoints.chance import SEED

SIDE = 32
FRAMES = 8
LABELS = ("cutting bread", "washing hands", "opening a drawer", "pouring milk")
_HIDDEN = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
}
_MEANS = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}


def save_videomae(folder: Path, **settings: Any) -> Path:
    transformers = _seeded()
    config = transformers.VideoMAEConfig(
        **_HIDDEN, image_size=SIDE, patch_size=8, num_frames=FRAMES, **_named(), **settings
    )
    return _saved(folder, transformers.VideoMAEForVideoClassification(config))


def save_timesformer(folder: Path) -> Path:
    transformers = _seeded()
    config = transformers.TimesformerConfig(
        **_HIDDEN, image_size=SIDE, patch_size=8, num_frames=FRAMES, **_named()
    )
    return _saved(folder, transformers.TimesformerForVideoClassification(config))


def save_vjepa2(folder: Path) -> Path:
    """Its frames are prepared as the hub's file says, which needs no torchvision here."""
    transformers = _seeded()
    config = transformers.VJEPA2Config(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        mlp_ratio=2,
        crop_size=SIDE,
        patch_size=8,
        frames_per_clip=FRAMES,
        num_pooler_layers=1,
        pred_hidden_size=32,
        pred_num_attention_heads=2,
        pred_num_hidden_layers=1,
        **_named(),
    )
    transformers.VJEPA2ForVideoClassification(config).eval().save_pretrained(folder)
    settings = {
        "size": {"shortest_edge": SIDE * 256 // 224},
        "crop_size": {"height": SIDE, "width": SIDE},
        "do_resize": True,
        "do_center_crop": True,
        "video_processor_type": "VJEPA2VideoProcessor",
        **_MEANS,
    }
    (folder / "video_preprocessor_config.json").write_text(json.dumps(settings))
    return folder


def _named() -> dict[str, dict[Any, Any]]:
    return {
        "id2label": dict(enumerate(LABELS)),
        "label2id": {label: index for index, label in enumerate(LABELS)},
    }


def _seeded() -> Any:
    """Gives transformers, the weights of the next model being the same in every run."""
    torch: Any = importlib.import_module("torch")
    torch.manual_seed(SEED)
    return importlib.import_module("transformers")


def _saved(folder: Path, model: Any) -> Path:
    """Saves a model that is sure of what it sees, if wrong."""
    transformers: Any = importlib.import_module("transformers")
    model.classifier.weight.data.normal_(std=2.0)
    model.eval().save_pretrained(folder)
    transformers.VideoMAEImageProcessorPil(
        size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE}
    ).save_pretrained(folder)
    return folder
