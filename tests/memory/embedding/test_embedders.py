from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.config import Config
from foretell.errors import ConfigError
from foretell.memory.embedding.embedders import HashEmbedder, load_embedder


@given(texts=st.lists(st.text(max_size=40), max_size=6))
def test_hashed_vectors_have_length_one_and_never_change(texts: list[str]) -> None:
    embedder = HashEmbedder(64)
    vectors = embedder.embed(texts)
    assert vectors.shape == (len(texts), 64)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert np.array_equal(vectors, HashEmbedder(64).embed(texts))


def test_shared_words_bring_texts_near() -> None:
    near, far, same = HashEmbedder().embed(["peels an onion", "boils water", "Cuts an onion!"])
    query = HashEmbedder().embed(["cuts an onion"])[0]
    assert float(query @ same) == pytest.approx(1.0)
    assert float(query @ near) > float(query @ far)


def test_settings_name_the_embedder() -> None:
    assert load_embedder(Config(embedder="hash")).id == "hash-256"
    minilm = load_embedder(Config(embedder="minilm"))
    assert (minilm.id, minilm.dimension) == ("sentence-transformers/all-MiniLM-L6-v2", 384)
    endpoint = load_embedder(Config(embedder="openai:small", base_url="http://localhost:1/v1"))
    assert endpoint.id == "openai:small"


def test_an_unknown_embedder_is_refused() -> None:
    with pytest.raises(ConfigError, match="no embedder 'word2vec'; set embedder to 'minilm'"):
        load_embedder(Config(embedder="word2vec"))
