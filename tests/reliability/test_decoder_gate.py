"""decord, which holds an FFmpeg of 2020, is handed no file that PyAV's gate did not let through."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from foretell.errors import ConfigError, VideoError
from foretell.tools.decoding.video import DecodeLimits, open_video
from tests.tools.clips import regular, write_clip


class _Opened(Exception):
    """What the stand-in for decord raises as soon as it is handed a file."""


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that a stand-in for decord was handed."""
    files: list[str] = []

    class Stub(ModuleType):
        DECORDError = _Opened

        @staticmethod
        def VideoReader(uri: str, **settings: Any) -> None:
            files.append(uri)
            raise _Opened("a stand-in decodes nothing")

    monkeypatch.setitem(sys.modules, "decord", Stub("decord"))
    return files


def half(path: Path) -> Path:
    """A clip whose index was cut off."""
    whole = write_clip(path, regular(10)).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def text(path: Path) -> Path:
    path.write_text("no video\n" * 99)
    return path


def playlist(path: Path) -> Path:
    write_clip(path.with_name("clip.mp4"), regular(10))
    path.write_text("#EXTM3U\nclip.mp4\n")
    return path


def other_container(path: Path) -> Path:
    return write_clip(path.with_suffix(".ts"), regular(10))


@pytest.mark.parametrize("made", [half, text, playlist, other_container])
def test_what_the_gate_refuses_is_not_handed_on(
    made: Callable[[Path], Path], tmp_path: Path, handed: list[str]
) -> None:
    path = made(tmp_path / "given.mp4")
    with pytest.raises(VideoError):
        open_video(path, backend="decord", isolate=False)
    assert handed == []


def test_nor_is_what_is_past_a_limit_or_an_address(tmp_path: Path, handed: list[str]) -> None:
    clip = write_clip(tmp_path / "clip.mp4", regular(10))
    for path, limits in ((clip, DecodeLimits(max_pixels=64)), ("http://localhost/a", None)):
        with pytest.raises(VideoError):
            open_video(path, backend="decord", isolate=False, limits=limits or DecodeLimits())
    assert handed == []


def test_what_passes_is_handed_on(tmp_path: Path, handed: list[str]) -> None:
    clip = write_clip(tmp_path / "clip.mp4", regular(10))
    with pytest.raises((VideoError, ConfigError), match="a stand-in decodes nothing"):
        open_video(clip, backend="decord", isolate=False)
    assert handed == [str(clip)]
