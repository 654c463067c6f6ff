from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from foretell.errors import ConfigError
from foretell.tools.watching.watch import thumbnails
from tests.tools.synthetic_clips import opened, texture


def test_gives_small_pictures_uniform_over_the_video(tmp_path: Path) -> None:
    with opened(tmp_path / "clip.mp4", [texture(seed) for seed in range(48)], 4) as video:
        strip = list(thumbnails(video, count=4))
    assert [thumbnail.pts_seconds for thumbnail in strip] == pytest.approx(
        [1.5, 4.5, 7.5, 10.5], abs=0.5
    )
    sizes = {Image.open(io.BytesIO(thumbnail.jpeg)).size for thumbnail in strip}
    assert sizes == {(160, 96)}


def test_a_frame_comes_once_only(tmp_path: Path) -> None:
    with opened(tmp_path / "short.mp4", [texture(1), texture(2)]) as video:
        assert [t.pts_seconds for t in thumbnails(video)] == pytest.approx([0.0, 0.05])


def test_refuses_a_count_that_is_not_positive(tmp_path: Path) -> None:
    sentence = re.escape("count of thumbnails is 0; give 1 or more")
    with (
        opened(tmp_path / "clip.mp4", [texture(1)]) as video,
        pytest.raises(ConfigError, match=f"^{sentence}$"),
    ):
        next(thumbnails(video, count=0))
