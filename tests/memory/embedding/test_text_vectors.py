"""The vectors of many texts, kept in a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.embedding.text_vectors import text_vectors

TEXTS = ["take knife", "cut onion", "take knife", "put pan"]


def test_a_text_has_its_vector_wherever_it_stands() -> None:
    vectors = text_vectors(TEXTS, HashEmbedder())
    assert np.array_equal(vectors, HashEmbedder().embed(TEXTS))


@pytest.mark.parametrize("damage", [b"", b"not numpy", None], ids=["empty", "other", "short"])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: bytes | None) -> None:
    whole = text_vectors(TEXTS, HashEmbedder(), tmp_path)
    (file,) = tmp_path.iterdir()
    if damage is None:
        np.save(file, whole[:1])
    else:
        file.write_bytes(damage)
    assert np.array_equal(text_vectors(TEXTS, HashEmbedder(), tmp_path), whole)
    assert len(np.load(file)) == 3


def test_other_texts_and_other_embedders_have_other_files(tmp_path: Path) -> None:
    text_vectors(TEXTS, HashEmbedder(), tmp_path)
    text_vectors(TEXTS[1:], HashEmbedder(), tmp_path)
    text_vectors(TEXTS, HashEmbedder(64), tmp_path)
    assert len(list(tmp_path.iterdir())) == 3


def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    assert len(text_vectors(TEXTS, HashEmbedder(), blocked)) > 0
    assert caplog.text.count("cannot keep the vectors") == 1
