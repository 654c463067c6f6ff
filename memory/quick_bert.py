"""BERT in numpy alone, for a few texts: importing torch and transformers takes seconds."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_UNSEEN = np.float32(-1e9)
_ERF = np.array(
    [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592, 0.0], np.float32
)
_WORDS = "embeddings.word_embeddings.weight"


class QuickBert:
    """The encoder of J. Devlin et al., "BERT" (NAACL 2019), as transformers saves it.

    A few words take some milliseconds; many texts are quicker with torch.

    Args:
        weights: By the names that transformers gives them, in float32.
        tokenizer: Of the package tokenizers, which cuts and pads texts.
        config: What `config.json` says.
    """

    def __init__(
        self, weights: Mapping[str, Floats], tokenizer: Any, config: Mapping[str, Any]
    ) -> None:
        self._weights = weights
        self._tokenizer = tokenizer
        self._layers = int(config["num_hidden_layers"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])

    @classmethod
    def read(cls, folder: Path, config: Mapping[str, Any], max_tokens: int) -> Self | None:
        """Reads `model.safetensors` and `tokenizer.json`; None where that takes transformers.

        Args:
            folder: Holds them.
            config: What `config.json` says.
            max_tokens: How many tokens of a text count.

        Raises:
            OSError: If a file cannot be read.
            Exception: What safetensors and tokenizers raise where a file is damaged.
        """
        words = folder / "tokenizer.json"
        if not (_is_plain(config) and words.is_file()):
            return None
        safetensors: Any = importlib.import_module("safetensors.numpy")
        tokenizers: Any = importlib.import_module("tokenizers")
        weights = safetensors.load_file(folder / "model.safetensors")
        if _WORDS not in weights:
            return None
        tokenizer = tokenizers.Tokenizer.from_file(str(words))
        tokenizer.enable_truncation(max_tokens)
        tokenizer.enable_padding()
        return cls(weights, tokenizer, config)

    def states(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """Gives the (N, T, D) states of the tokens of N texts, and (N, T) 1 for each, 0 behind."""
        encoded = self._tokenizer.encode_batch(list(texts))
        ids = np.array([one.ids for one in encoded])
        mask = np.array([one.attention_mask for one in encoded], np.float32)
        states = self._weights[_WORDS][ids]
        states = states + self._weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        states = states + self._weights["embeddings.token_type_embeddings.weight"][0]
        states = self._normalized(states, "embeddings.LayerNorm")
        hidden = (1.0 - mask)[:, None, None, :] * _UNSEEN
        for layer in range(self._layers):
            states = self._layer(states, hidden, f"encoder.layer.{layer}")
        return states, mask

    def _layer(self, states: Floats, hidden: Floats, name: str) -> Floats:
        seen = self._attended(states, hidden, f"{name}.attention.self")
        seen = states + self._linear(seen, f"{name}.attention.output.dense")
        seen = self._normalized(seen, f"{name}.attention.output.LayerNorm")
        wide = _gelu(self._linear(seen, f"{name}.intermediate.dense"))
        wide = seen + self._linear(wide, f"{name}.output.dense")
        return self._normalized(wide, f"{name}.output.LayerNorm")

    def _attended(self, states: Floats, hidden: Floats, name: str) -> Floats:
        """Gives (N, T, D) what each token sees of the others, all heads side by side."""
        texts, tokens, size = states.shape
        query, key, value = (
            self._linear(states, f"{name}.{part}")
            .reshape(texts, tokens, self._heads, -1)
            .transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        fits = query @ key.swapaxes(2, 3) / np.sqrt(np.float32(size // self._heads)) + hidden
        shares = np.exp(fits - fits.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        seen: Floats = (shares @ value).swapaxes(1, 2).reshape(states.shape)
        return seen

    def _linear(self, values: Floats, name: str) -> Floats:
        product: Floats = values @ self._weights[f"{name}.weight"].T
        return product + self._weights[f"{name}.bias"]

    def _normalized(self, values: Floats, name: str) -> Floats:
        centred = values - values.mean(axis=-1, keepdims=True)
        spread = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + self._epsilon)
        scaled: Floats = centred / spread * self._weights[f"{name}.weight"]
        return scaled + self._weights[f"{name}.bias"]


def _is_plain(config: Mapping[str, Any]) -> bool:
    """Whether a model is computed as here."""
    stored = config.get("dtype") or config.get("torch_dtype") or "float32"
    places = config.get("position_embedding_type", "absolute")
    told = (config.get("model_type"), config.get("hidden_act"), places, stored)
    return told == ("bert", "gelu", "absolute", "float32")


def _gelu(values: Floats) -> Floats:
    """Gives x P(X <= x) of a normal X, by M. Abramowitz and I. Stegun's formula 7.1.26 for erf."""
    size: Floats = np.abs(values) * np.float32(0.5**0.5)
    series: Any = np.polyval(_ERF, 1.0 / (1.0 + np.float32(0.3275911) * size))
    erf: Floats = 1.0 - series * np.exp(-np.square(size))
    shares = np.float32(0.5) * (np.float32(1.0) + np.copysign(erf, values))
    return values * shares.astype(np.float32, copy=False)
