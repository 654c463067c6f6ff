"""The vectors that ship are those that the default embedder gives for the texts that ship."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from foretell.memory.banks.built_in import built_in_plans
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.embedding.sentence_embedder import SentenceEmbedder
from foretell.memory.embedding.shipped_vectors import shipped_vectors, write_shipped_vectors
from foretell.memory.embedding.text_vectors import text_vectors, texts_digest
from foretell.tools.planning.step_texts import StepTexts

AGAIN = "run `python -m benchmarks.embed_shipped_texts`"


@pytest.mark.parametrize("which", [0, 1, 2], ids=["tasks", "actions", "actions in tasks"])
def test_vectors_ship_for_every_text_of_the_built_in_plans(which: int) -> None:
    embedder = SentenceEmbedder()
    texts = list(dict.fromkeys(StepTexts(built_in_plans(), embedder).texts[which]))
    vectors = shipped_vectors(texts_digest(texts, embedder.id))
    assert vectors is not None, AGAIN
    assert vectors.shape == (len(texts), embedder.dimension), AGAIN
    sample = range(which, len(texts), len(texts) // 6)
    anew = embedder.embed([texts[row] for row in sample])
    assert np.array_equal(vectors[[*sample]], anew), AGAIN


def test_other_texts_and_other_embedders_have_none() -> None:
    texts = StepTexts(built_in_plans(), HashEmbedder()).texts[0]
    assert shipped_vectors(texts_digest(texts, HashEmbedder().id)) is None
    assert shipped_vectors(texts_digest(texts[1:], SentenceEmbedder().id)) is None


def test_shipped_texts_are_neither_embedded_nor_kept_again(tmp_path: Path) -> None:
    embedder = SentenceEmbedder()
    told: list[int] = []
    texts = StepTexts(built_in_plans(), embedder).texts[0]
    text_vectors(texts, embedder, tmp_path, lambda done, total: told.append(done))
    assert (told, [*tmp_path.iterdir()]) == ([], [])


def test_a_file_holds_every_number_of_the_grid(tmp_path: Path) -> None:
    made = HashEmbedder().embed(["one", "two words", ""])
    made[1] *= -0.5
    with (tmp_path / "made.npz").open("wb") as file:
        write_shipped_vectors(file, {"digest": made})
    planes = np.load(tmp_path / "made.npz")["digest"]
    assert planes.shape == (4, *made.shape)
    counts = sum(planes[place].astype(np.int64) << (8 * place) for place in range(4))
    signed = np.where(counts >= 2**31, counts - 2**32, counts)
    assert np.array_equal(signed / 2**24, made)
