from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from foretell.errors import ConfigError, ModelError
from foretell.tools.decoding.video import Video
from foretell.tools.localization.clip_scorer import ClipScorer
from foretell.tools.localization.frame_features import FrameFeatureScorer
from foretell.tools.localization.frame_scorer import FrameScores, equal_parts
from foretell.tools.localization.frame_scorers import load_frame_scorer
from foretell.tools.vision_models.dual_encoder import DualEncoder
from foretell.tools.vision_models.image_text_encoder import Floats
from foretell.types import Frame, Interval
from tests.checkpoints.image_text import CLIP_FRAMES, save_clip, save_siglip, save_x_clip
from tests.tools.colour_model import ColourModel
from tests.tools.synthetic_clips import opened, texture

TEXTS = ["a cat drinks milk", "The person cuts BREAD on the table"]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders with a model of each family."""
    root = tmp_path_factory.mktemp("models")
    return {
        "clip": save_clip(root / "clip"),
        "metaclip": save_clip(root / "metaclip", "MetaClip2"),
        "siglip": save_siglip(root / "siglip"),
        "x_clip": save_x_clip(root / "x_clip"),
    }


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Video]:
    """Three seconds, another picture every half."""
    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    with opened(path, [texture(number // 10) for number in range(60)]) as video:
        yield video


@pytest.mark.parametrize("family", ["clip", "metaclip", "siglip"])
def test_frames_and_texts_are_as_alike_as_the_model_says(
    family: str, models: dict[str, Path], video: Video
) -> None:
    scores = load_frame_scorer(f"hf:{models[family]}", "cpu").score(video, TEXTS)
    assert scores.borders == pytest.approx(np.arange(7) / 2)
    assert scores.times_seconds == pytest.approx(np.arange(6) / 2 + 0.25)
    frames = [frame.data for frame in video.frames(scores.times_seconds.tolist())]
    padding = "max_length" if family == "siglip" else True
    expected = _cosines(models[family], "logits_per_text", padding, images=frames)
    assert scores.similarities == pytest.approx(expected, abs=1e-5)
    assert np.ptp(scores.similarities) > 1e-3


def test_clips_and_texts_are_as_alike_as_the_model_says(
    models: dict[str, Path], video: Video
) -> None:
    scores = load_frame_scorer(f"hf:{models['x_clip']}", "cpu").score(video, TEXTS)
    assert scores.borders == pytest.approx([0.0, 1.0, 2.0, 3.0])
    for part in range(3):
        times = [part + (place + 0.5) / CLIP_FRAMES for place in range(CLIP_FRAMES)]
        clip = [frame.data for frame in video.frames(times)]
        expected = _cosines(models["x_clip"], "logits_per_text", True, videos=clip)
        assert scores.similarities[:, [part]] == pytest.approx(expected, abs=1e-5)


def test_a_video_shorter_than_a_clip_is_one_part(models: dict[str, Path], tmp_path: Path) -> None:
    with opened(tmp_path / "short.mp4", [texture(1)] * 2) as short:
        for family in ("x_clip", "siglip"):
            scores = load_frame_scorer(f"hf:{models[family]}", "cpu").score(short, TEXTS)
            assert scores.similarities.shape == (2, 1)
            assert scores.borders == pytest.approx([0.0, 0.1])


def test_features_are_made_once_and_found_again(
    models: dict[str, Path], video: Video, tmp_path: Path
) -> None:
    kept = tmp_path / "features"
    encoder = DualEncoder(f"hf:{models['clip']}", "cpu")
    first = FrameFeatureScorer(encoder, folder=kept).features(video)
    (file,) = kept.iterdir()
    np.save(file, np.zeros_like(first.images))
    assert not FrameFeatureScorer(encoder, folder=kept).features(video).images.any()
    file.write_bytes(b"damaged")
    again = FrameFeatureScorer(encoder, folder=kept).features(video)
    assert np.array_equal(again.images, first.images)
    FrameFeatureScorer(encoder, step_seconds=1.0, folder=kept).features(video)
    assert len(list(kept.iterdir())) == 2


class Interrupted(ColourModel):
    """Is stopped before the batch of that number."""

    def __init__(self, last: int) -> None:
        self.seen = 0
        self._left = last

    def encode_images(self, frames: Sequence[Frame]) -> Floats:
        if self._left == 0:
            raise KeyboardInterrupt
        self._left -= 1
        self.seen += len(frames)
        return super().encode_images(frames)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Video]:
    """Fifty seconds, of which a hundred frames are looked at."""
    path = tmp_path_factory.mktemp("long") / "clip.mp4"
    with opened(path, [texture(number) for number in range(100)], frames_per_second=2) as video:
        yield video


def test_an_interruption_loses_one_batch_at_most(long: Video, tmp_path: Path) -> None:
    expected = FrameFeatureScorer(ColourModel()).features(long).images
    with pytest.raises(KeyboardInterrupt):
        FrameFeatureScorer(Interrupted(2), folder=tmp_path).features(long)
    encoder, told = Interrupted(9), list[float]()
    found = FrameFeatureScorer(encoder, folder=tmp_path).features(long, told.append)
    assert encoder.seen == 100 - 64
    assert told == [0.96, 1.0]
    assert np.array_equal(found.images, expected)
    assert [file.suffix for file in tmp_path.iterdir()] == [".npy"]
    FrameFeatureScorer(Interrupted(0), folder=tmp_path).features(long, told.append)
    assert len(told) == 2


def test_a_run_that_was_stopped_before_its_last_step_goes_on(long: Video, tmp_path: Path) -> None:
    scorer = FrameFeatureScorer(ColourModel(), folder=tmp_path)
    expected = scorer.features(long).images
    (file,) = tmp_path.iterdir()
    file.with_suffix("").mkdir()
    for first in range(0, 100, 50):
        np.save(file.with_suffix("") / f"{first}.npy", expected[first : first + 50])
    file.unlink()
    again = FrameFeatureScorer(Interrupted(0), folder=tmp_path).features(long)
    assert np.array_equal(again.images, expected)
    assert list(tmp_path.iterdir()) == [file]


def test_features_in_other_numbers_are_made_anew(long: Video, tmp_path: Path) -> None:
    FrameFeatureScorer(ColourModel(), folder=tmp_path).features(long)
    coarse = Interrupted(9)
    coarse.dtype = "bfloat16"
    FrameFeatureScorer(coarse, folder=tmp_path).features(long)
    assert coarse.seen == 100
    assert len(list(tmp_path.iterdir())) == 2


def test_looking_at_clips_tells_how_far_it_is(models: dict[str, Path], video: Video) -> None:
    told: list[float] = []
    load_frame_scorer(f"hf:{models['x_clip']}", "cpu").score(video, TEXTS, told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_long_text_is_cut_to_what_the_model_reads(models: dict[str, Path], video: Video) -> None:
    for folder in models.values():
        long = load_frame_scorer(f"hf:{folder}", "cpu").score(video, ["milk " * 200])
        assert np.isfinite(long.similarities).all()


def test_other_kinds_of_model_are_refused(models: dict[str, Path], video: Video) -> None:
    with pytest.raises(ModelError, match=r"'xclip'\) is not a model that compares images with"):
        _ = DualEncoder(f"hf:{models['x_clip']}", "cpu").projections
    with pytest.raises(ModelError, match=r"'clip'\) is not a model that compares clips with"):
        ClipScorer(f"hf:{models['clip']}", "cpu").score(video, TEXTS)
    with pytest.raises(ModelError, match="moments are found in the text of the timeline"):
        _ = DualEncoder("hf:nobody/nothing", "cpu").projections


def test_steps_must_be_positive(models: dict[str, Path]) -> None:
    with pytest.raises(ConfigError, match=r"step_seconds must be positive and finite, got 0"):
        FrameFeatureScorer(DualEncoder(f"hf:{models['clip']}", "cpu"), step_seconds=0)
    with pytest.raises(ConfigError, match=r"clip_seconds must be positive and finite, got -1"):
        ClipScorer(f"hf:{models['x_clip']}", "cpu", clip_seconds=-1)
    with pytest.raises(ValueError, match=r"step_seconds must be positive and finite, got inf"):
        equal_parts(Interval(0, 1), float("inf"))


def test_parts_are_equal_and_no_longer_than_a_step() -> None:
    assert equal_parts(Interval(1.0, 3.2), 1.0) == pytest.approx([1.0, 5.2 / 3, 7.4 / 3, 3.2])
    assert equal_parts(Interval(0.0, 3 * 0.1), 0.1) == pytest.approx([0.0, 0.1, 0.2, 0.3])
    assert len(equal_parts(Interval(2.0, 2.0), 0.5)) == 2


def test_means_weigh_parts_by_what_of_them_is_asked() -> None:
    scores = FrameScores(np.array([0.0, 1.0, 2.0, 4.0]), np.array([[0.2, 0.6, 0.0]]))
    assert scores.mean(0, Interval(0.5, 2.0)) == pytest.approx((0.5 * 0.2 + 0.6) / 1.5)
    assert np.isnan(scores.mean(0, Interval(5.0, 6.0)))
    curve = scores.curve(0, floor=0.1)
    assert curve.values == pytest.approx([0.1, 0.5, 0.0])
    assert curve.seen == pytest.approx([1.0, 1.0, 2.0])


def _cosines(folder: Path, logits: str, padding: object, **pictures: Any) -> Any:
    """What the model's own forward pass gives, without its scale and bias."""
    torch: Any = importlib.import_module("torch")
    transformers: Any = importlib.import_module("transformers")
    model = transformers.AutoModel.from_pretrained(folder).eval()
    processor = transformers.AutoProcessor.from_pretrained(folder)
    siglip = model.config.model_type == "siglip"  # trained on lower case, and to read the padding
    texts = [text.lower() for text in TEXTS] if siglip else TEXTS
    inputs = processor(text=texts, padding=padding, return_tensors="pt", **pictures)
    if siglip:
        del inputs["attention_mask"]
    with torch.inference_mode():
        given = getattr(model(**inputs), logits)
        bias = getattr(model, "logit_bias", torch.zeros(1))
        return ((given - bias) / model.logit_scale.exp()).numpy()
