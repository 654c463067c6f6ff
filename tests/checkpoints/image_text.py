"""Models of images and texts, small and untrained, saved as real ones are.

CLIP has a projection on both sides, SigLIP on the text's alone, and X-CLIP looks at clips.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Literal

from tests.checkpoints.chance import SEED
from tests.checkpoints.tokenizer import byte_tokenizer

SIDE = 32
CLIP_FRAMES = 4
MAX_TOKENS = 48
_HIDDEN = {"hidden_size": 32, "intermediate_size": 48, "num_attention_heads": 4}
_LAYERS = {"num_hidden_layers": 2}
_VISION = {**_HIDDEN, **_LAYERS, "image_size": SIDE, "patch_size": 8}
_CROPPED = {"size": {"shortest_edge": SIDE}, "crop_size": {"height": SIDE, "width": SIDE}}


def save_clip(folder: Path, family: Literal["CLIP", "MetaClip2"] = "CLIP") -> Path:
    """Saves a CLIP whose image side has 32 features and whose shared space has 16 dimensions."""
    transformers = _seeded()
    tokenizer = _tokenizer()
    config = getattr(transformers, f"{family}Config")(
        text_config=_text_config(tokenizer), vision_config=_VISION, projection_dim=16
    )
    images = transformers.CLIPImageProcessor(**_CROPPED)
    processor = transformers.CLIPProcessor(images, tokenizer)
    return _saved(folder, getattr(transformers, f"{family}Model")(config), processor)


def save_siglip(folder: Path) -> Path:
    """Saves a SigLIP, whose shared space has the 32 dimensions of its image side."""
    transformers = _seeded()
    tokenizer = _tokenizer()
    config = transformers.SiglipConfig(
        text_config=_text_config(tokenizer, projection_size=32), vision_config=_VISION
    )
    images = transformers.SiglipImageProcessor(size={"height": SIDE, "width": SIDE})
    processor = transformers.SiglipProcessor(images, tokenizer)
    return _saved(folder, transformers.SiglipModel(config), processor)


def save_x_clip(folder: Path) -> Path:
    """Saves an X-CLIP that looks at clips of 4 frames."""
    transformers = _seeded()
    tokenizer = _tokenizer()
    integration = {
        "mit_hidden_size": 16,
        "mit_intermediate_size": 24,
        "mit_num_hidden_layers": 1,
        "mit_num_attention_heads": 2,
        "num_frames": CLIP_FRAMES,
    }
    config = transformers.XCLIPConfig(
        text_config=_text_config(tokenizer),
        vision_config={**_VISION, **integration},
        projection_dim=16,
        prompt_num_attention_heads=2,
    )
    images = transformers.VideoMAEImageProcessor(**_CROPPED)
    processor = transformers.XCLIPProcessor(images, tokenizer)
    return _saved(folder, transformers.XCLIPModel(config), processor)


def _seeded() -> Any:
    """Gives transformers, the weights of the next model being the same in every run."""
    torch: Any = importlib.import_module("torch")
    torch.manual_seed(SEED)
    return importlib.import_module("transformers")


def _saved(folder: Path, model: Any, processor: Any) -> Path:
    model.eval().save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def _tokenizer() -> Any:
    return byte_tokenizer(surrounded=True, model_max_length=MAX_TOKENS)


def _text_config(tokenizer: Any, **more: int) -> dict[str, int]:
    return {
        **_HIDDEN,
        **_LAYERS,
        "max_position_embeddings": MAX_TOKENS,
        "vocab_size": len(tokenizer),
        "pad_token_id": tokenizer.pad_token_id,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        **more,
    }
