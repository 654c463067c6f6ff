"""Measures what T3AL's adaptation adds on features that were made with planted actions.

python -m benchmarks t3al

What it adds on real videos and weights is told by `foretell eval temporal-action-detection`.
"""

from __future__ import annotations

import time

import numpy as np

from benchmarks.measure import Row, table
from benchmarks.planted_actions import (
    LABELS,
    RandomClip,
    TableModel,
    made_videos,
    random_clip_video,
)
from foretell.evals.metrics.detection import Detection, detection_precision, mean_over_classes
from foretell.tools.localization.settings import T3ALSettings
from foretell.tools.localization.t3al import T3AL

VIDEOS = 30
FOR_A_TINY_MODEL = T3ALSettings(learning_rate=3e-2, smoothing_seconds=1.5, gap_seconds=1.0)


def precision(settings: T3ALSettings) -> float:
    """Returns ActivityNet's mAP over videos of several actions, of a model of 16 dimensions."""
    detector, videos = T3AL(TableModel(), settings), made_videos(VIDEOS)
    truth = [Detection(v.name, v.label, i.start, i.end) for v in videos for i in v.instances]
    found: list[Detection] = []
    for video in videos:
        detections = detector.detect(video.features, LABELS)
        found += [
            Detection(video.name, detections.label, one.interval.start, one.interval.end, one.score)
            for one in detections.instances
        ]
    return float(mean_over_classes(detection_precision(truth, found)).mean())


def overlap(settings: T3ALSettings) -> float:
    """Returns the mean overlap with the truth, of a model with the sizes of CLIP ViT-B/32."""
    model = RandomClip()
    overlaps: list[float] = []
    for seed in range(VIDEOS):
        features, shown = random_clip_video(model, seed)
        found = np.zeros(len(shown), np.bool_)
        for one in T3AL(model, settings).detect(features, ["it"]).instances:
            inside = features.borders[:-1] >= one.interval.start
            found |= inside & (features.borders[1:] <= one.interval.end)
        overlaps.append(float((found & shown).sum() / (found | shown).sum()))
    return float(np.mean(overlaps))


def rows() -> list[Row]:
    """Compares T3AL with T3AL0, which does not adapt."""
    tiny, defaults = FOR_A_TINY_MODEL, T3ALSettings()
    plain, adapted = precision(tiny.without_adaptation()), precision(tiny)
    before = overlap(defaults.without_adaptation())
    began = time.perf_counter()
    after = overlap(defaults)
    seconds = (time.perf_counter() - began) / VIDEOS
    return [
        Row("mAP, a tiny model, larger steps", adapted, "", f"T3AL0: {plain:.3f}"),
        Row("overlap, CLIP's sizes, the defaults", after, "", f"T3AL0: {before:.3f}"),
        Row("a video of 80 s, CLIP's sizes", seconds, "s"),
    ]


if __name__ == "__main__":
    print(table(rows()))
