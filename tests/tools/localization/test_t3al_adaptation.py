from __future__ import annotations

import importlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.planted_actions import LABELS, TableModel, made_videos
from foretell.tools.localization.frame_features import FrameFeatures
from foretell.tools.localization.settings import T3ALSettings
from foretell.tools.localization.t3al_adaptation import (
    Adapted,
    adapt,
    alignment_loss,
    byol_loss,
    draw_places,
)

torch: Any = importlib.import_module("torch")
SETTINGS = T3ALSettings(learning_rate=1e-2, smoothing_seconds=1.5, jitter_seconds=0.0)


def _adapted(model: TableModel, features: FrameFeatures, settings: T3ALSettings) -> Adapted:
    text = model.encode_texts([LABELS[0]])[0]
    return adapt(model.projections, features, text, settings)


def test_the_loss_of_vectors_is_that_of_byol() -> None:
    prediction, target = torch.tensor([3.0, 4.0]), torch.tensor([2.0, 0.0])
    expected = 2 - 2 * (0.6 * (0.8 * 1 + 0.1) + 0.8 * (0.8 * 0 + 0.1))
    assert float(byol_loss(prediction, target)) == pytest.approx(expected)
    batch = byol_loss(torch.stack([prediction, prediction]), torch.stack([target, target]))
    products = [2 * 0.6 * 0.9, 2 * 0.8 * 0.1]
    assert float(batch) == pytest.approx(2 - 2 * np.mean(products))


def test_targets_get_no_gradient() -> None:
    prediction, target = (torch.tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    torch.autograd.backward(byol_loss(prediction, target * torch.tensor([1.0, -1.0])))
    assert prediction.grad is not None
    assert target.grad is None


def test_the_loss_is_lower_where_fitting_frames_fit() -> None:
    text, other = torch.tensor([1.0, 0.0]), torch.tensor([[0.0, 1.0], [0.0, 2.0]])
    same = text.expand(2, -1)
    aligned, reversed_ = alignment_loss(same, other, text), alignment_loss(other, same, text)
    cosines = 2 - 2 * (2 * 0.5**0.5 * (0.8 * 0.5**0.5 + 0.05))
    features = 2 - 2 * np.mean([2 * 0.9, 0.0])
    assert float(aligned) == pytest.approx(cosines + features)
    assert float(aligned) < float(reversed_)


@pytest.mark.parametrize("with_image_projection", [True, False])
def test_adaptation_lowers_its_loss(with_image_projection: bool) -> None:
    for video in made_videos(9)[::3]:
        model = TableModel(with_image_projection=with_image_projection)
        losses = _adapted(model, video.features, SETTINGS).losses
        assert len(losses) == SETTINGS.steps
        assert np.mean(losses[-5:]) < np.mean(losses[:5]) - 0.05


def test_the_first_step_is_that_of_adam() -> None:
    video = made_videos(1)[0]
    settings = replace(SETTINGS, steps=1, image_rate=0.1)
    before, after = TableModel().projections, _adapted(TableModel(), video.features, settings)
    moved = np.abs(after.projections.text - before.text)
    assert moved.max() == pytest.approx(settings.learning_rate, rel=1e-3)
    assert after.projections.image is not None
    assert before.image is not None
    moved_image = np.abs(after.projections.image - before.image)
    assert moved_image.max() == pytest.approx(0.1 * settings.learning_rate, rel=1e-3)
    assert after.projections.scale == before.scale


def test_frames_are_chosen_by_products_not_by_cosines() -> None:
    images = np.zeros((8, 16), np.float32)
    images[[0, 1, 5], [0, 1, 0]] = [1.0, 2.0, 0.2]
    images[2, [0, 3]] = [3.0, 30.0]
    features = FrameFeatures(np.arange(9.0), images)
    once = T3ALSettings(
        steps=1, samples=1, pool_seconds=1.0, jitter_seconds=0.0, smoothing_seconds=0.0
    )
    model = TableModel()
    text = model.encode_texts([LABELS[0]])[0]
    given = adapt(model.projections, features, text, once)
    fitting, unfitting = torch.tensor(images[[2]]), torch.tensor(images[[7]])
    expected = float(alignment_loss(fitting, unfitting, torch.tensor(text)))
    assert given.losses == pytest.approx([expected])


def test_what_is_given_is_not_written_to() -> None:
    model, features = TableModel(), made_videos(1)[0].features
    kept = [model.projections.text.tobytes(), features.images.tobytes()]
    after = _adapted(model, features, SETTINGS)
    assert [model.projections.text.tobytes(), features.images.tobytes()] == kept
    assert after.projections.text.tobytes() != kept[0]


def test_frames_are_drawn_from_the_top_and_from_the_bottom() -> None:
    curve = np.array([5.0, 1.0, 4.0, 0.0, 6.0, 2.0, 3.0, 7.0])
    settings = T3ALSettings(samples=2, pool_seconds=1.5, jitter_seconds=0.0)
    random = np.random.default_rng(0)
    fitting, unfitting = draw_places(curve, 0.5, settings, random)
    assert fitting.tolist() == [0, 7]
    assert unfitting.tolist() == [1, 5]
    moved = replace(settings, jitter_seconds=0.5, samples=50)
    places = draw_places(curve, 0.5, moved, random)[0]
    assert {*places.tolist()} == {0, 1, 3, 4, 5, 6, 7}


def test_in_a_short_video_no_frame_stands_for_both_kinds() -> None:
    settings = T3ALSettings(jitter_seconds=0.0)
    for count in range(2, 9):
        fitting, unfitting = draw_places(
            np.arange(float(count)), 0.5, settings, np.random.default_rng(0)
        )
        assert len(fitting) == len(unfitting) == settings.samples
        assert unfitting.max() < fitting.min()
