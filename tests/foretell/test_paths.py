"""Paths as text: any name, also one that is no UTF-8, is written as characters and read again."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from foretell.paths import as_text, file_at, is_text, written
from foretell.types import Interval, VideoInfo

LATIN = os.fsdecode(b"/tmp/caf\xe9 100%.mkv")


@given(st.binary(min_size=1, max_size=30).filter(lambda name: not {0, 47} & {*name}))
def test_any_name_is_text_that_leads_back_to_it(name: bytes) -> None:
    path = os.fsdecode(b"/tmp/" + name)
    assert is_text(written(path))
    assert os.fsencode(file_at(written(path))) == b"/tmp/" + name


def test_a_name_of_characters_is_written_as_it_is() -> None:
    assert written("kitchen/café 100%.mkv") == "kitchen/café 100%.mkv"
    assert written(LATIN) == "file:///tmp/caf%E9%20100%25.mkv"


def test_a_video_tells_its_path_in_characters_and_opens_the_file() -> None:
    video = VideoInfo(LATIN, "0", Interval(0.0, 1.0), 2, 2, "h264")
    assert (video.path, video.name) == (written(LATIN), "caf%E9%20100%25.mkv")
    assert os.fspath(video.file) == LATIN


def test_halves_of_pairs_are_replaced() -> None:
    assert as_text("a\udce9b\ud83d") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"
    assert as_text("a\U0001f600") == "a\U0001f600"
