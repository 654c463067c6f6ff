"""Reads what a folder in sentence-transformers' layout says is done with a text, all of it.

A model is more than its transformer: a prompt may stand before each text, the states of the tokens
are pooled in one of six ways, and dense layers may follow. What is not computed here is refused, as
vectors without it would be of another model.
"""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from foretell.errors import ModelError

Floats = NDArray[np.float64]
Layer = Callable[[Floats], Floats]
"""Takes (N, D) vectors to (N, E)."""

MINILM_TOKENS = 256
"""Tokens after which all-MiniLM-L6-v2 cuts a text off; so does a model that states no bound."""
_SMALLEST = 1e-12
"""Length by which a vector of zeros is divided, as torch's `normalize` does."""
_PACKAGE = "sentence_transformers."
_SENTENCE = "sentence_embedding"
"""What sentence-transformers calls the vector of a text among its features."""
_OLD_MODES = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
"""Poolings as releases before 6 name them, in the order in which several are put side by side."""
_ACTIVATIONS: Mapping[str, Layer] = {
    "Identity": lambda x: x,
    "Tanh": np.tanh,
    "ReLU": lambda x: np.maximum(x, 0.0),
    "Sigmoid": lambda x: 0.5 + 0.5 * np.tanh(0.5 * x),
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is done with a text before and after the transformer.

    Attributes:
        transformer: The folder of the transformer's files.
        prompt: Stands before each text.
        lower_case: Whether texts are written small.
        max_tokens: After how many tokens a text is cut off.
        modes: How the states of the tokens become one vector; several lie side by side.
        layers: What follows, in order.
        dimension: Length D of a vector.
        id: Tells one recipe from another; empty for all-MiniLM-L6-v2's.
    """

    transformer: Path
    prompt: str
    lower_case: bool
    max_tokens: int
    modes: tuple[str, ...]
    layers: tuple[Layer, ...]
    dimension: int
    id: str

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Reads the files of settings in a folder, and the weights of its dense layers.

        Raises:
            ModelError: If a file cannot be read, or names what is not computed here.
        """
        try:
            return cls(**_Reader(folder).fields())
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise not_a_model(folder, "modules.json and the files that it names") from error

    def prepared(self, text: str) -> str:
        """Returns a text as the tokenizer gets it."""
        whole = self.prompt + text
        return whole.lower() if self.lower_case else whole

    def vectors(self, states: Floats, mask: NDArray[Any]) -> Floats:
        """Returns (N, D) vectors of length 1.

        Args:
            states: (N, T, H) of the tokens.
            mask: (N, T) 1 for each token, 0 for what a text is padded with.
        """
        vectors = np.concatenate([_pooled(states, mask, mode) for mode in self.modes], axis=1)
        for layer in self.layers:
            vectors = layer(vectors)
        return _of_length_one(vectors)


def _pooled(states: Floats, mask: NDArray[Any], mode: str) -> Floats:
    """Pools (N, T, H) states of tokens to (N, H)."""
    places = np.cumsum(mask, axis=1) * mask
    if mode == "max":
        highest: Floats = np.where(mask[..., None] > 0, states, -np.inf).max(axis=1)
        return highest
    counts = places.max(axis=1, keepdims=True)
    weights = {
        "mean": mask / counts,
        "mean_sqrt_len_tokens": mask / np.sqrt(counts),
        "weightedmean": places / places.sum(axis=1, keepdims=True),
        "cls": places == 1,
        "lasttoken": places == counts,
    }[mode]
    pooled: Floats = (states * weights[..., None].astype(np.float64)).sum(axis=1)
    return pooled


def _of_length_one(vectors: Floats) -> Floats:
    norms: Floats = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(norms, _SMALLEST)


class _Reader:
    """Reads the files of settings in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts = hashlib.sha256()

    def fields(self) -> dict[str, Any]:
        """Gives the fields of the recipe."""
        transformer, pooling, following = self._modules()
        config = self.json(transformer, "config.json")
        if config.get("is_encoder_decoder"):
            raise self._refused("has a decoder beside its encoder")
        settings = self.json(transformer, "sentence_bert_config.json", {})
        self._check_transformer(settings)
        prompt = self._prompt()
        modes, size = self._modes(pooling, bool(prompt))
        layers: list[Layer] = []
        if following and following[-1][0] == "Normalize":
            del following[-1]  # vectors are of length 1 in the end
        for kind, path in following:
            layer, size = self._layer(kind, path, size)
            layers += [layer] if layer else []
        lower_case = bool(settings.get("do_lower_case"))
        max_tokens = self._max_tokens(transformer, config, settings)
        told = (prompt, lower_case, max_tokens, modes)
        plain = told == ("", False, MINILM_TOKENS, ("mean",)) and not layers
        self._parts.update(json.dumps(told).encode())
        return {
            "transformer": self._folder / transformer,
            "prompt": prompt,
            "lower_case": lower_case,
            "max_tokens": max_tokens,
            "modes": modes,
            "layers": tuple(layers),
            "dimension": size,
            "id": "" if plain else self._parts.hexdigest()[:12],
        }

    def _modules(self) -> tuple[str, str, list[tuple[str, str]]]:
        """Gives the folders of the transformer and the pooling, and (type, folder) that follow."""
        listed = self.json("", "modules.json", [])
        if not listed:
            return "", "1_Pooling", []
        modules = [(str(one["type"]), str(one["path"])) for one in listed]
        kinds = [name.rpartition(".")[2] for name, _ in modules]
        if kinds[:2] != ["Transformer", "Pooling"]:
            raise self._refused(f"begins with {' and '.join(kinds[:2])}")
        for name, _ in modules:
            if not name.startswith(_PACKAGE):
                raise self._refused(f"has a module of its own, {name!r}")
        paths = [path for _, path in modules]
        return paths[0], paths[1], [*zip(kinds[2:], paths[2:], strict=True)]

    def _check_transformer(self, settings: Mapping[str, Any]) -> None:
        """Sees that the states of the last layer are what is pooled."""
        task = settings.get("transformer_task", "feature-extraction")
        modalities: dict[str, Any] = settings.get("modality_config") or {}
        output = modalities.get("text", {}).get("method_output_name", "last_hidden_state")
        if (task, output) != ("feature-extraction", "last_hidden_state"):
            raise self._refused(f"takes {output!r} of the task {task!r} from its transformer")

    def _prompt(self) -> str:
        """Gives what stands before every text, which is the default prompt alone."""
        told = self.json("", "config_sentence_transformers.json", {})
        name = told.get("default_prompt_name")
        prompts: dict[str, Any] = told.get("prompts") or {}
        if name is not None and name not in prompts:
            raise self._refused(f"has no prompt {name!r}, which it names as its default")
        return "" if name is None else str(prompts[name] or "")

    def _modes(self, path: str, prompted: bool) -> tuple[tuple[str, ...], int]:
        """Gives the poolings, and the length of what they give side by side."""
        told = self.json(path, "config.json")
        given = told.get("pooling_mode")
        if given is None:
            given = [mode for key, mode in _OLD_MODES.items() if told.get(key)] or ["mean"]
        modes = (given,) if isinstance(given, str) else tuple(given)
        if unknown := [mode for mode in modes if mode not in _OLD_MODES.values()]:
            raise self._refused(f"pools by {unknown[0]!r}")
        if prompted and not told.get("include_prompt", True):
            raise self._refused("leaves its prompt out of the pooling")
        width = told.get("embedding_dimension") or told["word_embedding_dimension"]
        return modes, int(width) * len(modes)

    def _max_tokens(
        self, transformer: str, config: Mapping[str, Any], settings: Mapping[str, Any]
    ) -> int:
        stated = settings.get("max_seq_length")
        if stated is None:
            words = self.json(transformer, "tokenizer_config.json", {})
            bounds = words.get("model_max_length"), config.get("max_position_embeddings")
            stated = min((one for one in bounds if one and one > 0), default=MINILM_TOKENS)
        return int(stated)

    def _layer(self, kind: str, path: str, size: int) -> tuple[Layer | None, int]:
        """Gives what a module does, None for nothing, and the length of what it gives."""
        if kind == "Dropout":
            return None, size
        if kind not in ("Dense", "Normalize"):
            raise self._refused(f"has a module {kind}")
        told = self.json(path, "config.json", {} if kind == "Normalize" else None)
        taken = told.get("module_input_name", _SENTENCE)
        given = told.get("module_output_name") or taken
        if (taken, given) != (_SENTENCE, _SENTENCE):
            raise self._refused(f"has a module {kind} from {taken!r} to {given!r}")
        self._parts.update(f"{kind}{json.dumps(told, sort_keys=True)}".encode())
        if kind == "Normalize":
            return _of_length_one, size
        return self._dense(path, told), int(told["out_features"])

    def _dense(self, path: str, told: Mapping[str, Any]) -> Layer:
        name = str(told.get("activation_function", "torch.nn.Tanh"))
        activation = _ACTIVATIONS.get(name.rpartition(".")[2])
        if activation is None or not name.startswith("torch."):
            raise self._refused(f"has a Dense layer with the activation {name!r}")
        weights = self._weights(path)
        weight, residual = weights["linear.weight"].T, weights.get("residual.weight")
        bias = weights.get("linear.bias", np.zeros(1))

        def dense(vectors: Floats) -> Floats:
            made: Floats = activation(vectors @ weight + bias)
            if not told.get("use_residual"):
                return made
            return made + (vectors if residual is None else vectors @ residual.T)

        return dense

    def _weights(self, path: str) -> dict[str, Floats]:
        """Reads the weights of a layer, which are part of the recipe's id."""
        safetensors: Any = importlib.import_module("safetensors.numpy")
        file = self._folder / path / "model.safetensors"
        try:
            data = file.read_bytes()
            read: dict[str, NDArray[Any]] = safetensors.load(data)
        except Exception as error:
            raise ModelError(
                f"cannot load the layer in {str(file)!r}: {error}; see that it is whole, and saved "
                "by sentence-transformers as safetensors"
            ) from error
        self._parts.update(hashlib.sha256(data).digest())
        return {name: weight.astype(np.float64) for name, weight in read.items()}

    def json(self, path: str, name: str, absent: Any = None) -> Any:
        """Reads a file of settings; gives `absent` where there is none and that is not None."""
        file = self._folder / path / name
        if absent is not None and not file.is_file():
            return absent
        try:
            content = json.loads(file.read_bytes())
        except (OSError, ValueError) as error:
            raise not_a_model(self._folder, str(Path(path) / name)) from error
        if not isinstance(content, dict if absent is None else type(absent)):
            raise not_a_model(self._folder, str(Path(path) / name))
        return content

    def _refused(self, what: str) -> ModelError:
        return ModelError(
            f"the model in {str(self._folder)!r} {what}, which is not computed here; use one of a "
            "transformer, a pooling and layers of type Dense or Normalize, or serve it at an "
            "endpoint and set embedder to openai:NAME"
        )


def not_a_model(folder: Path, name: str) -> ModelError:
    """Returns the error about a file of a model that cannot be read."""
    return ModelError(
        f"cannot read {name!r} in {str(folder)!r}; give a folder with a model in "
        "sentence-transformers' layout"
    )
