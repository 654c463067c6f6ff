"""Captions through the real `transformers serve`, on a tiny model that sees."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.request import urlopen

import numpy as np
import pytest
from PIL import Image

from benchmarks.served_processes import ServedModel
from foretell.endpoint import Endpoint
from foretell.errors import ModelError
from foretell.prompts.loader import load_prompt
from foretell.tools.captioning.endpoint_captioner import MAX_TOKENS, EndpointCaptioner
from foretell.tools.vision_models.picture_endpoint import picture_url
from foretell.types import Clip, Frame, Usage
from tests.checkpoints.captioners import one_line
from tests.checkpoints.plugin import CheckpointOf
from tests.servers.transformers_server import missing_packages, serve


def made_clip(seed: int) -> Clip:
    chance = np.random.default_rng(seed)
    pictures = chance.integers(0, 256, (2, 40, 60, 3), dtype=np.uint8)
    return [Frame(picture, float(index)) for index, picture in enumerate(pictures)]


CLIPS = [made_clip(seed) for seed in range(3)]


@pytest.fixture(scope="module")
def seeing_endpoint(
    captioner_of: CheckpointOf, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServedModel]:
    """A tiny LLaVA behind the real server."""
    missing = missing_packages()
    if missing:
        pytest.skip(f"transformers serve needs {missing}: pip install 'transformers[serving]'")
    with serve(captioner_of("llava"), tmp_path_factory.mktemp("logs")) as endpoint:
        yield endpoint


def captioner(endpoint: ServedModel, **settings: Any) -> EndpointCaptioner:
    there = Endpoint(endpoint.base_url, retries=0)
    settings = {"frames": 2, **settings}
    return EndpointCaptioner(endpoint.model, there, **settings)


def sent(frame: Frame) -> Image.Image:
    """A frame as it arrives: JPEG loses a little."""
    with urlopen(picture_url(frame)) as opened:
        return Image.open(BytesIO(opened.read()))


def test_captions_are_those_of_the_model_itself(
    seeing_endpoint: ServedModel, captioner_of: CheckpointOf
) -> None:
    transformers: Any = importlib.import_module("transformers")
    folder = str(captioner_of("llava"))
    pipeline = transformers.pipeline("image-text-to-text", model=folder, device="cpu")
    text = {"type": "text", "text": load_prompt("caption").text}
    expected: list[str] = []
    for clip in CLIPS:
        pictures = [{"type": "image", "image": sent(frame)} for frame in clip]
        (said,) = pipeline(
            [{"role": "user", "content": [text, *pictures]}],
            max_new_tokens=MAX_TOKENS,
            return_full_text=False,
            generate_kwargs={"do_sample": False},
        )
        expected.append(one_line(said["generated_text"]))
    assert captioner(seeing_endpoint).caption(CLIPS) == expected
    assert len(set(expected)) == len(CLIPS)


def test_the_server_counts_the_tokens(seeing_endpoint: ServedModel) -> None:
    asked = captioner(seeing_endpoint, prices=(1.0, 1.0))
    asked.caption(CLIPS[:1])
    used = asked.usage
    assert used.input_tokens > len(load_prompt("caption").text), "the tokenizer's tokens are bytes"
    assert 0 < used.output_tokens <= MAX_TOKENS
    assert used == Usage(
        used.input_tokens,
        used.output_tokens,
        pytest.approx((used.input_tokens + used.output_tokens) * 1e-6),  # type: ignore[arg-type]
    )


def test_an_unknown_model_is_told(seeing_endpoint: ServedModel) -> None:
    other = EndpointCaptioner("gpt-0", Endpoint(seeing_endpoint.base_url, retries=0))
    with pytest.raises(ModelError, match=r"\(captioner 'gpt-0'\) answered 400: "):
        other.caption(CLIPS[:1])
