"""Cosines of different embedders, made comparable."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from foretell.cli import app
from foretell.memory.cosines import on_grid
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.embedding.likeness import (
    TEXTS_APART,
    WORDS_APART,
    text_likeness,
    unlike,
    word_likeness,
)
from foretell.memory.embedding.sentence_embedder import SentenceEmbedder
from foretell.memory.library import Library
from foretell.tools.localization.relevance import judge_relevance
from tests.agent.made_library import put, video


class Warm:
    """An embedder whose texts all lie near each other, as those of E5 do."""

    id = "warm"

    def __init__(self) -> None:
        self._inner = SentenceEmbedder()
        self.dimension = self._inner.dimension + 1

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        inner = self._inner.embed(texts)
        shared = np.full((len(inner), 1), np.sqrt(0.8), np.float32)
        return on_grid(np.hstack([np.sqrt(0.2) * inner, shared]).astype(np.float64))


def test_the_packaged_embedder_is_the_measure() -> None:
    texts, words = unlike(SentenceEmbedder())
    assert texts == pytest.approx(TEXTS_APART, abs=1e-3)
    assert words == pytest.approx(WORDS_APART, abs=1e-3)
    values = np.array([-0.2, 0.1, 0.9])
    assert text_likeness(values, SentenceEmbedder()) is values
    assert word_likeness(values, HashEmbedder()) is values


def test_an_embedder_whose_texts_lie_near_is_spread() -> None:
    cosines = np.array([-0.1, TEXTS_APART, 0.5, 1.0])
    spread = text_likeness(0.2 * cosines + 0.8, Warm())
    assert spread == pytest.approx(cosines, abs=0.01)


@pytest.mark.parametrize("embedder", [SentenceEmbedder(), Warm()], ids=["packaged", "warm"])
def test_a_no_stays_a_no_with_another_embedder(embedder: SentenceEmbedder | Warm) -> None:
    texts = ["She takes the milk", "The tap drips", "A man opens the fridge"]
    vectors = embedder.embed(["take the milk", "play the guitar", *texts])
    fits = (vectors[:2] @ vectors[2:].T).astype(np.float64)
    taken, played = (
        judge_relevance(query, texts, row, embedder)
        for query, row in zip(("take the milk", "play the guitar"), fits, strict=True)
    )
    assert [one.proves for one in taken] == [True, False, False]
    assert not any(one.proves for one in played)


def test_a_library_is_embedded_anew(tmp_path: Path) -> None:
    with Library.open(tmp_path, SentenceEmbedder()) as library:
        put(library, video("tea"), [(0.0, 2.0, "caption", "she pours the tea")])
        library.embed_pending()
    again = ["embed", "--library", str(tmp_path), "--embedder", "hash", "--json"]
    for _ in range(2):
        run = CliRunner().invoke(app, again)
        assert run.output.strip() == '{"embedder": "hash-256", "events": 1}'
    with Library.open(tmp_path, HashEmbedder()) as library:
        (hit,) = library.search("pours the tea", k=1)
        assert hit.event.text == "she pours the tea"
