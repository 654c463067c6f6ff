"""What the process that decodes says, word for word."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from foretell.tools.decoding.interface import DecodeLimits, Opening
from foretell.tools.decoding.pyav_backend import write_video
from foretell.tools.decoding.worker import Message, Worker, read_message, write_message
from foretell.types import Interval
from tests.tools.clips import number_in, numbered, regular, write_clip

ASKED: dict[str, Any] = {"times_seconds": None, "mode": "exact", "size": None, "within": None}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("worker") / "clip.mp4"
    cues = [(Interval(0.5, 1.0), "now")]
    write_video(path, map(numbered, range(20)), frames_per_second=10, subtitles=cues)
    return path


def ask(
    path: Path, *requests: Message, with_alive: bool = False, **limits: Any
) -> list[tuple[Message, bytearray]]:
    """All replies of a process that is asked to open a file and then `requests`.

    That it is alive, it says where a reply takes long, as on a busy machine.
    """
    sent, replied = BytesIO(), BytesIO()
    for request in requests:
        write_message(sent, request)
    opening = Opening(str(path), "known", "pyav", DecodeLimits(**limits))
    Worker(opening, replied).serve(reader_of(sent.getvalue()))
    stream = reader_of(replied.getvalue())
    replies: list[tuple[Message, bytearray]] = []
    while (reply := read_message(stream)) is not None:
        if with_alive or "alive" not in reply[0]:
            replies.append(reply)
    return replies


def reader_of(content: bytes) -> BufferedReader:
    return BufferedReader(BytesIO(content))  # pyright: ignore[reportArgumentType]


def test_it_opens_the_file_and_says_what_it_is(clip: Path) -> None:
    (info, _), (done, _) = ask(clip)
    assert info["info"]["interval"] == {"start": 0.0, "end": 2.0}
    assert info["info"]["subtitle_tracks"] == ["und"]
    assert done == {"done": True, "damage": None}


def test_it_sends_frames_and_a_repeated_one_without_its_picture(clip: Path) -> None:
    asked = {**ASKED, "times_seconds": [0.3, 0.35, 1.9], "size": [48, 32]}
    _, _, *frames, (done, _) = ask(clip, {"frames": asked})
    assert [reply["frame"] for reply, _ in frames] == pytest.approx([0.3, 0.3, 1.9])
    assert [len(picture) for _, picture in frames] == [48 * 32 * 3, 0, 48 * 32 * 3]
    picture = np.frombuffer(frames[2][1], np.uint8).reshape(frames[2][0]["shape"])
    assert number_in(picture) == 19
    assert done["done"]


def test_it_sends_frames_within_an_interval(clip: Path) -> None:
    asked = {**ASKED, "within": asdict(Interval(0.5, 0.7)), "mode": "fast"}
    _, _, *frames, _ = ask(clip, {"frames": asked})
    assert [reply["frame"] for reply, _ in frames][-1] == pytest.approx(0.6, abs=0.11)


def test_it_sends_times_and_cues(clip: Path) -> None:
    _, _, (times, _), _, (cue, _), _ = ask(clip, {"frame_times": True}, {"subtitles": True})
    assert times["frame_times"] == pytest.approx([number / 10 for number in range(20)])
    assert cue["cue"] == [0, 0.5, 1.0, "now"]


def test_it_goes_on_after_an_error(clip: Path) -> None:
    wrong = {**ASKED, "times_seconds": [2.0, 1.0]}
    _, _, (error, _), (times, _), _ = ask(clip, {"frames": wrong}, {"frame_times": True})
    assert error["error"] == "VideoError"
    assert "must ascend" in error["message"]
    assert len(times["frame_times"]) == 20


def test_it_ends_where_the_file_cannot_be_opened(clip: Path) -> None:
    ((error, _),) = ask(clip, {"frame_times": True}, max_pixels=10)
    assert "at most 10 are decoded" in error["message"]


def test_it_says_that_it_is_alive_while_it_decodes_towards_a_frame(tmp_path: Path) -> None:
    quick = {"preset": "ultrafast", "x264-params": "scenecut=0:keyint=500"}
    long = write_clip(tmp_path / "long.mp4", regular(300), encoder=quick, size=(960, 720))
    replies = ask(long, {"frames": {**ASKED, "times_seconds": [29.9]}}, with_alive=True)
    assert {"alive": True} in [reply for reply, _ in replies]


def test_a_message_that_breaks_off_is_the_end() -> None:
    sent = BytesIO()
    write_message(sent, {"a": 1}, memoryview(b"picture"))
    whole = sent.getvalue()
    for length in (0, 5, 10, len(whole) - 1):
        assert read_message(reader_of(whole[:length])) is None
    assert read_message(reader_of(sent.getvalue())) == ({"a": 1}, bytearray(b"picture"))


def test_the_process_answers_until_its_input_ends(clip: Path) -> None:
    sent = BytesIO()
    opening = Opening(str(clip), "known", "pyav", DecodeLimits())
    write_message(sent, asdict(opening))
    write_message(sent, {"frame_times": True})
    ran = subprocess.run(
        [sys.executable, "-m", "foretell.tools.decoding.worker"],
        input=sent.getvalue(),
        capture_output=True,
        check=True,
    )
    replied = reader_of(ran.stdout)
    replies = [next(iter(reply)) for reply, _ in iter(lambda: read_message(replied), None)]
    kinds = [kind for kind in replies if kind != "alive"]
    assert kinds == ["info", "done", "frame_times", "done"]
    assert ran.stderr == b""
