"""Questions about frames, answered by a model on this machine."""

from __future__ import annotations

import importlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from foretell.errors import ConfigError, ModelError
from foretell.tools.vision_models.image_text_answerer import ImageTextAnswerer
from foretell.types import Frame
from tests.checkpoints.captioners import one_line
from tests.checkpoints.plugin import CheckpointOf

TOKENS = 12
QUESTION = "What is in the pan?"


def made_frames(seed: int) -> list[Frame]:
    chance = np.random.default_rng(seed)
    pictures = chance.integers(0, 256, (3, 40, 60, 3), dtype=np.uint8)
    return [Frame(picture, float(index)) for index, picture in enumerate(pictures)]


def answerer(folder: Path, kept: Path | None = None, tokens: int = TOKENS) -> ImageTextAnswerer:
    return ImageTextAnswerer(f"hf:{folder}", device="cpu", kept=kept, max_new_tokens=tokens)


def test_it_says_what_the_pipeline_of_its_family_says(captioner_of: CheckpointOf) -> None:
    folder, frames = captioner_of("llava"), made_frames(1)
    transformers: Any = importlib.import_module("transformers")
    pipeline = transformers.pipeline("image-text-to-text", model=str(folder), device="cpu")
    pictures = [{"type": "image", "image": Image.fromarray(frame.data)} for frame in frames]
    (said,) = pipeline(
        [{"role": "user", "content": [*pictures, {"type": "text", "text": QUESTION}]}],
        max_new_tokens=TOKENS,
        return_full_text=False,
        generate_kwargs={"do_sample": False},
    )
    assert answerer(folder).answer(QUESTION, frames) == one_line(said["generated_text"]) != ""


@pytest.mark.parametrize(
    "asked",
    [
        [(f"What is in pan {number}?", 1) for number in range(8)],
        [(QUESTION, seed) for seed in range(8)],
    ],
    ids=["question", "frames"],
)
def test_the_question_and_the_frames_matter(
    captioner_of: CheckpointOf, asked: list[tuple[str, int]]
) -> None:
    model = answerer(captioner_of("llava"), tokens=40)
    assert len({model.answer(question, made_frames(seed)) for question, seed in asked}) > 1


@pytest.mark.parametrize(("family", "most"), [("llava", 8), ("blip2", 1)])
def test_a_model_that_does_not_talk_looks_at_one_frame(
    captioner_of: CheckpointOf, family: str, most: int
) -> None:
    assert answerer(captioner_of(family)).most_frames(8) == most


def test_what_is_kept_depends_on_model_question_and_pictures(
    captioner_of: CheckpointOf, tmp_path: Path
) -> None:
    kept = tmp_path / "answers.sqlite"
    asked = [
        ("llava", TOKENS, QUESTION, 1),
        ("idefics3", TOKENS, QUESTION, 1),
        ("llava", 40, QUESTION, 1),
        ("llava", TOKENS, "Who is it?", 1),
        ("llava", TOKENS, QUESTION, 2),
    ]
    for _ in range(2):
        for family, tokens, question, seed in asked:
            told = answerer(captioner_of(family), kept, tokens).answer(question, made_frames(seed))
            assert told == answerer(captioner_of(family), None, tokens).answer(
                question, made_frames(seed)
            )
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT count(*) FROM captions").fetchone() == (len(asked),)


def test_what_cannot_work_is_seen_before_the_weights_are_read(
    captioner_of: CheckpointOf, tmp_path: Path
) -> None:
    for file in captioner_of("llava").iterdir():
        if file.suffix != ".safetensors":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    hollow = answerer(tmp_path)
    assert not hollow.can_answer
    with pytest.raises(ModelError, match=r"no file there is named like .*safetensors or"):
        hollow.check()
    with pytest.raises(ConfigError, match="device is 'tpu'"):
        ImageTextAnswerer(f"hf:{captioner_of('llava')}", device="tpu").check()
