"""BERT in numpy alone, for a few texts: importing torch and transformers takes seconds."""

from __future__ import annotations

import functools
import importlib
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from foretell.memory.one_thread import one_thread

Floats = NDArray[np.float64]

_UNSEEN = -1e9
"""Added to what padding scores in attention, whose softmax then is 0."""
_WORDS = "embeddings.word_embeddings.weight"
_CELLS = 512
"""Of the table of erf, for each 1; within half a cell a series of 4 terms is right to 1e-16."""
_FLAT = 6.0
"""From where on erf is 1 in float64."""


class QuickBert:
    """The encoder of J. Devlin et al., "BERT" (NAACL 2019), as transformers saves it, in float64.

    A few words take some milliseconds; many texts are quicker with torch.

    Args:
        weights: By the names that transformers gives them, without those of the words.
        words: (V, D) weights of the words, of which rows are read as they are needed.
        tokenizer: Of the package tokenizers, which cuts and pads texts.
        config: What `config.json` says.
    """

    def __init__(
        self,
        weights: Mapping[str, NDArray[Any]],
        words: Any,
        tokenizer: Any,
        config: Mapping[str, Any],
    ) -> None:
        self._words = words
        self._weights = {name: weight.astype(np.float64) for name, weight in weights.items()}
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
        safetensors: Any = importlib.import_module("safetensors")
        tokenizers: Any = importlib.import_module("tokenizers")
        file = safetensors.safe_open(folder / "model.safetensors", framework="numpy")
        names = set(file.keys())
        if _WORDS not in names:
            return None
        weights = {name: file.get_tensor(name) for name in sorted(names - {_WORDS})}
        tokenizer = tokenizers.Tokenizer.from_file(str(words))
        tokenizer.enable_truncation(max_tokens)
        tokenizer.enable_padding()
        return cls(weights, file.get_slice(_WORDS), tokenizer, config)

    def states(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """Gives the (N, T, D) states of the tokens of N texts, and (N, T) 1 for each, 0 behind."""
        encoded = self._tokenizer.encode_batch(list(texts))
        ids = np.array([one.ids for one in encoded])
        mask = np.array([one.attention_mask for one in encoded], np.float64)
        distinct, places = np.unique(ids, return_inverse=True)
        rows = np.concatenate([self._words[row : row + 1] for row in distinct.tolist()])
        states = rows.astype(np.float64)[places.reshape(ids.shape)]
        states += self._weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        states += self._weights["embeddings.token_type_embeddings.weight"][0]
        hidden = (1.0 - mask)[:, None, None, :] * _UNSEEN
        rows = self._normalized(states.reshape(ids.size, -1), "embeddings.LayerNorm")
        with one_thread():
            for layer in range(self._layers):
                rows = self._layer(rows, hidden, f"encoder.layer.{layer}")
        return rows.reshape(states.shape), mask

    def _layer(self, rows: Floats, hidden: Floats, name: str) -> Floats:
        """Takes the (N * T, D) states of the tokens through one layer."""
        seen = self._attended(rows, hidden, f"{name}.attention.self")
        seen = self._linear(seen, f"{name}.attention.output.dense")
        seen = self._normalized(seen + rows, f"{name}.attention.output.LayerNorm")
        wide = self._linear(seen, f"{name}.intermediate.dense")
        wide *= _normal_cdf(wide)
        wide = self._linear(wide, f"{name}.output.dense")
        return self._normalized(wide + seen, f"{name}.output.LayerNorm")

    def _attended(self, rows: Floats, hidden: Floats, name: str) -> Floats:
        """Gives (N * T, D) what each token sees of the others, all heads side by side."""
        texts, tokens = len(hidden), hidden.shape[-1]
        query, key, value = (
            self._linear(rows, f"{name}.{part}")
            .reshape(texts, tokens, self._heads, -1)
            .transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        fits = query @ key.swapaxes(2, 3)
        fits /= (rows.shape[1] // self._heads) ** 0.5
        fits += hidden
        fits -= fits.max(axis=-1, keepdims=True)
        shares = np.exp(fits, out=fits)
        shares /= shares.sum(axis=-1, keepdims=True)
        seen: Floats = (shares @ value).swapaxes(1, 2).reshape(rows.shape)
        return seen

    def _linear(self, rows: Floats, name: str) -> Floats:
        product: Floats = rows @ self._weights[f"{name}.weight"].T
        product += self._weights[f"{name}.bias"]
        return product

    def _normalized(self, rows: Floats, name: str) -> Floats:
        centred: Floats = rows - rows.mean(axis=-1, keepdims=True)
        spread = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + self._epsilon)
        centred /= spread
        centred *= self._weights[f"{name}.weight"]
        centred += self._weights[f"{name}.bias"]
        return centred


def _is_plain(config: Mapping[str, Any]) -> bool:
    """Whether a model is computed as here."""
    stored = config.get("dtype") or config.get("torch_dtype") or "float32"
    places = config.get("position_embedding_type", "absolute")
    told = (config.get("model_type"), config.get("hidden_act"), places, stored)
    return told == ("bert", "gelu", "absolute", "float32")


@functools.cache
def _erf_table() -> tuple[Floats, Floats, Floats]:
    """Gives places from -`_FLAT` to `_FLAT`, erf there, and its derivative."""
    places = np.arange(-_FLAT * _CELLS, _FLAT * _CELLS + 1) / _CELLS
    values = np.array([math.erf(place) for place in places])
    slopes = np.array([2.0 / math.sqrt(math.pi) * math.exp(-place * place) for place in places])
    return places, values, slopes


def _normal_cdf(values: Floats) -> Floats:
    """Gives P(X <= x) of a normal X: (1 + erf(x / sqrt 2)) / 2, by the Taylor series of erf.

    Around the nearest place x of the table, erf(x + d) is
    erf(x) + erf'(x) (d - x d^2 + (2 x^2 - 1) d^3 / 3 - (2 x^3 - 3 x) d^4 / 6 + ...).
    """
    places, erf, slope = _erf_table()
    at = np.clip(values * 0.5**0.5, -_FLAT, _FLAT)
    cell = np.rint(at * _CELLS).astype(np.intp)
    cell += int(_FLAT * _CELLS)
    x = places[cell]
    d = at - x
    series: Floats = (2.0 * x * x - 3.0) * x * (d / -6.0)
    series += (2.0 * x * x - 1.0) / 3.0
    series *= d
    series -= x
    series *= d
    series += 1.0
    series *= d
    series *= slope[cell]
    series += erf[cell]
    series += 1.0
    series *= 0.5
    return series
