from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.planted_actions import (
    LABELS,
    STEP_SECONDS,
    MadeVideo,
    RandomClip,
    TableModel,
    made_videos,
    random_clip_video,
)
from foretell.errors import ConfigError
from foretell.evals.metrics.detection import Detection, detection_precision, mean_over_classes
from foretell.tools.decoding.video import Video
from foretell.tools.localization.frame_features import FrameFeatures, FrameFeatureScorer
from foretell.tools.localization.settings import T3ALSettings
from foretell.tools.localization.t3al import T3AL, Detections
from foretell.tools.vision_models.dual_encoder import DualEncoder
from foretell.types import Event, Interval
from tests.checkpoints.image_text import save_clip, save_siglip
from tests.tools.synthetic_clips import opened, texture

SETTINGS = T3ALSettings(learning_rate=3e-2, smoothing_seconds=1.5, gap_seconds=1.0)


@pytest.fixture(scope="module")
def made() -> list[MadeVideo]:
    return made_videos(9)


def _precision(videos: list[MadeVideo], settings: T3ALSettings) -> float:
    """The mAP of ActivityNet."""
    detector = T3AL(TableModel(), settings)
    truth = [Detection(v.name, v.label, i.start, i.end) for v in videos for i in v.instances]
    found = [
        Detection(video.name, detections.label, one.interval.start, one.interval.end, one.score)
        for video in videos
        for detections in [detector.detect(video.features, LABELS)]
        for one in detections.instances
    ]
    return float(mean_over_classes(detection_precision(truth, found)).mean())


def test_adaptation_finds_planted_instances_better(made: list[MadeVideo]) -> None:
    plain = _precision(made, SETTINGS.without_adaptation())
    adapted = _precision(made, SETTINGS)
    assert plain < 0.3
    assert adapted > 2 * plain


def test_the_defaults_help_a_model_of_real_size() -> None:
    model, settings = RandomClip(), T3ALSettings()
    features, shown = random_clip_video(model, seed=4)
    overlaps: list[float] = []
    for chosen in (settings.without_adaptation(), settings):
        found = np.zeros(len(shown), np.bool_)
        detections = T3AL(model, chosen).detect(features, ["it"])
        for one in detections.instances:
            found |= (features.borders[:-1] >= one.interval.start) & (
                features.borders[1:] <= one.interval.end
            )
        overlaps.append((found & shown).sum() / (found | shown).sum())
        losses = detections.losses
    assert overlaps[1] > overlaps[0] + 0.05
    assert np.mean(losses[-5:]) < losses[0] - 0.1


def test_the_action_of_a_video_is_what_its_mean_fits_best(made: list[MadeVideo]) -> None:
    detector = T3AL(TableModel(), SETTINGS.without_adaptation())
    for video in made:
        detections = detector.detect(video.features, LABELS)
        assert detections.label == video.label
        assert detections.losses == ()
        logits = 20.0 * video.features.images.mean(axis=0)
        logits = (logits / np.linalg.norm(video.features.images.mean(axis=0)))[: len(LABELS)]
        shares = np.exp(logits) / np.exp(logits).sum()
        assert detections.probability == pytest.approx(shares.max(), rel=1e-4)


def test_instances_and_scores_are_those_computed_by_hand() -> None:
    images = np.zeros((6, 16), np.float32)
    images[:, 15] = 1.0
    images[2:4, 0] = 1.0
    images[5, 1] = 0.5
    features = FrameFeatures(np.arange(7.0), images)
    settings = T3ALSettings(steps=0, smoothing_seconds=0.0)
    plain = T3AL(TableModel(), settings).detect(features, LABELS)
    assert plain.label == "HighJump"
    (instance,) = plain.instances
    assert instance.interval == Interval(2, 4)
    mean = np.array([2 / 6, 0.5 / 6, 0.0])
    inside = np.array([1.0, 0.0, 0.0]) - mean
    odds = np.exp(20 * inside / np.linalg.norm(inside))
    assert instance.score == pytest.approx(odds[0] / odds.sum(), rel=1e-5)


def test_the_default_smoothing_smooths(made: list[MadeVideo]) -> None:
    plain = T3ALSettings().without_adaptation()
    sharp = T3AL(TableModel(), replace(plain, smoothing_seconds=0.0))
    smooth = T3AL(TableModel(), plain)
    counts = [
        sum(len(one.detect(video.features, LABELS).instances) for video in made)
        for one in (sharp, smooth)
    ]
    assert counts[1] < counts[0]


def test_a_video_is_told_the_same_whatever_came_before(made: list[MadeVideo]) -> None:
    first, second = made[0].features, made[1].features
    forth, back = T3AL(TableModel(), SETTINGS), T3AL(TableModel(), SETTINGS)
    in_order = [forth.detect(features, LABELS) for features in (first, second)]
    reversed_ = [back.detect(features, LABELS) for features in (second, first)]
    assert in_order == reversed_[::-1]
    assert in_order[0] == forth.detect(first, LABELS)


def test_captions_that_disagree_leave_an_instance_out(made: list[MadeVideo]) -> None:
    video = made[3]
    detector = T3AL(TableModel(), SETTINGS)
    all_of_them = detector.detect(video.features, LABELS).instances
    assert len(all_of_them) > 2
    told = [
        Event(one.interval, "caption", "cut onion" if place == 1 else "high jump", "captions:made")
        for place, one in enumerate(all_of_them)
    ]
    kept = detector.detect(video.features, LABELS, told).instances
    assert kept == (all_of_them[0], *all_of_them[2:])
    unasked = T3AL(TableModel(), replace(SETTINGS, agreement=None))
    assert unasked.detect(video.features, LABELS, told).instances == all_of_them


def test_the_settings_for_activitynet_choose_nearly_everything(made: list[MadeVideo]) -> None:
    settings = T3ALSettings.activitynet()
    detections = T3AL(TableModel(), settings).detect(made[0].features, LABELS)
    assert len(detections.losses) == 15
    covered = sum(one.interval.duration for one in detections.instances)
    assert covered > 0.6 * len(made[0].features) * STEP_SECONDS


def test_one_frame_is_no_instance_and_no_class_an_error() -> None:
    lone = FrameFeatures(np.array([0.0, 0.5]), np.ones((1, 16), np.float32))
    detections = T3AL(TableModel()).detect(lone, LABELS)
    assert (detections.instances, detections.losses) == ((), ())
    with pytest.raises(ConfigError, match="no labels to choose from; give one class at least"):
        T3AL(TableModel()).detect(lone, [])


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Video, Video]]:
    folder = tmp_path_factory.mktemp("videos")
    drawings = [texture(seed) for seed in range(12)]
    with (
        opened(folder / "one.mp4", [drawings[n // 10] for n in range(120)]) as one,
        opened(folder / "other.mp4", [drawings[n // 20 % 2] for n in range(100)]) as other,
    ):
        yield one, other


@pytest.mark.parametrize("save", [save_clip, save_siglip])
def test_a_real_model_is_bit_identical_after_videos_in_either_order(
    save: Any, videos: tuple[Video, Video], tmp_path: Path
) -> None:
    transformers: Any = importlib.import_module("transformers")
    folder = save(tmp_path / "model")
    encoder = DualEncoder(f"hf:{folder}", "cpu")

    def detected(order: tuple[Video, ...]) -> list[Detections]:
        scorer = FrameFeatureScorer(encoder)
        detector = T3AL(scorer.encoder, replace(SETTINGS, steps=5))
        return [detector.detect(scorer.features(video), LABELS) for video in order]

    forth = detected(videos)
    assert forth == detected(videos[::-1])[::-1]
    assert all(len(one.losses) == 5 for one in forth)
    stored = transformers.AutoModel.from_pretrained(folder)
    head = stored.text_model.head if save is save_siglip else stored.text_projection
    assert head.weight.detach().numpy().tobytes() == encoder.projections.text.tobytes()
    fresh = DualEncoder(f"hf:{folder}", "cpu").projections
    assert fresh.scale == encoder.projections.scale
    assert (fresh.image is None) == (save is save_siglip)
    if fresh.image is not None and encoder.projections.image is not None:
        assert fresh.image.tobytes() == encoder.projections.image.tobytes()
