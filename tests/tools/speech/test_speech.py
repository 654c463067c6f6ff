"""Watching with a transcriber: how sound is cut, and what becomes of what was heard."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from foretell.cli import app
from foretell.tools.speech.perceiver import Speech, chunks
from foretell.tools.speech.transcriber import Utterance
from foretell.types import SAMPLE_RATE, Event, Interval, Sound
from tests.servers.scripted_server import ScriptedServer
from tests.tools.made_sounds import Samples, pieces, tones, write_sounding
from tests.tools.memory_video import MemoryVideo

BEEPS = [Interval(1.0, 2.0), Interval(4.0, 6.5), Interval(8.0, 9.0)]


@dataclass
class BeepCounter:
    """A transcriber that tells each stretch that is not silent."""

    given: list[int] = field(default_factory=list[int])
    name: str = "beeps"
    id: str = "beeps 1"

    def transcribe(self, samples: Samples) -> list[Utterance]:
        self.given.append(len(samples))
        loud = np.flatnonzero(abs(samples) > 0.01)
        ends = np.flatnonzero(np.diff(loud) > SAMPLE_RATE // 10)
        edges = [loud[0], *(edge for end in ends for edge in loud[end : end + 2]), loud[-1]]
        times = [float(edge) / SAMPLE_RATE for edge in edges]
        return [
            Utterance(Interval(a, b), "beep") for a, b in zip(times[::2], times[1::2], strict=True)
        ]


def video(seconds: float = 10.0, heard: list[Interval] | None = None) -> MemoryVideo:
    samples = tones(seconds, BEEPS if heard is None else heard)
    return MemoryVideo(Interval(0.0, seconds), heard=pieces(samples))


def near(events: list[Event], expected: list[Interval]) -> bool:
    found = [(event.interval.start, event.interval.end) for event in events]
    return found == [pytest.approx((one.start, one.end), abs=0.01) for one in expected]


def test_what_is_said_is_told_at_the_times_of_the_video() -> None:
    counter = BeepCounter()
    events = list(Speech(counter, chunk_seconds=4.0).perceive(video(), None))
    assert near(events, BEEPS)
    assert {(e.kind, e.text, e.source) for e in events} == {("speech", "beep", "transcriber:beeps")}
    assert len(counter.given) == 3
    assert Speech(counter).settings == "beeps 1; chunks of 300 s"


def test_after_an_interruption_only_what_follows_is_transcribed() -> None:
    whole = list(Speech(BeepCounter(), 4.0).perceive(video(), None))
    counter = BeepCounter()
    rest = list(Speech(counter, 4.0).perceive(video(), whole[1].interval.end))
    assert rest == whole[1:]
    assert len(counter.given) == 2


def test_silence_is_not_given_to_a_model() -> None:
    counter = BeepCounter()
    assert list(Speech(counter).perceive(video(heard=[]), None)) == []
    assert list(Speech(counter).perceive(MemoryVideo(Interval(0.0, 5.0)), None)) == []
    assert counter.given == []


def test_times_behind_the_sound_or_outside_the_video_are_cut_off() -> None:
    @dataclass
    class Late(BeepCounter):
        def transcribe(self, samples: Samples) -> list[Utterance]:
            return [
                Utterance(Interval(-1.0, 99.0), "all"),
                Utterance(Interval(0.5, 0.6), ""),
                Utterance(Interval(9.0, 9.5), "after the pictures"),
            ]

    shown = MemoryVideo(Interval(0.0, 8.0), heard=pieces(tones(10.0, BEEPS), -1.0))
    events = list(Speech(Late()).perceive(shown, None))
    assert [(event.interval, event.text) for event in events] == [(Interval(0.0, 8.0), "all")]


def test_chunks_are_cut_where_it_is_quiet_and_where_sound_pauses() -> None:
    sound = pieces(tones(10.0, [Interval(0.0, 5.75), Interval(5.95, 10.0)]))
    cut = list(chunks(sound, 6.0))
    assert [chunk.end_seconds for chunk in cut] == [pytest.approx(5.85, abs=0.11), 10.0]
    paused = [*pieces(tones(1.0, [])), *pieces(tones(1.0, []), 3.0)]
    assert [chunk.pts_seconds for chunk in chunks(paused)] == [0.0, 3.0]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 3 * SAMPLE_RATE), min_size=1, max_size=12),
    st.floats(0.5, 5.0),
    st.integers(0, 9),
)
def test_chunks_hold_every_sample_once(lengths: list[int], longest: float, seed: int) -> None:
    samples = np.random.default_rng(seed).random(sum(lengths), np.float32)
    starts = np.cumsum([0, *lengths])
    sound = [Sound(samples[a:b], a / SAMPLE_RATE) for a, b in pairwise(starts.tolist())]
    cut = list(chunks(sound, longest))
    np.testing.assert_array_equal(np.concatenate([chunk.samples for chunk in cut]), samples)
    assert all(len(chunk.samples) <= longest * SAMPLE_RATE + 1 for chunk in cut)
    for one, two in pairwise(cut):
        assert two.pts_seconds == pytest.approx(one.end_seconds)


def test_watching_hears_with_the_transcriber_once(tmp_path: Path) -> None:
    clip = write_sounding(tmp_path / "talk.mkv", [(0.0, tones(4.0, [Interval(1.0, 3.0)]))])
    said = {"text": "Hello.", "segments": [{"start": 1.0, "end": 3.0, "text": "Hello."}]}
    with ScriptedServer([], heard=lambda _: said) as server:
        named = ["--library", str(tmp_path / "library"), "--transcriber", "openai:scripted"]
        given = {"FORETELL_BASE_URL": server.base_url, "FORETELL_API_KEY": server.key}
        given |= {"FORETELL_EMBEDDER": "hash", "FORETELL_READ_SCREEN_TEXT": "false"}
        for _ in range(2):
            ran = CliRunner().invoke(app, ["watch", str(clip), *named], env=given)
            assert ran.exit_code == 0, ran.output
        shown = CliRunner().invoke(app, ["timeline", str(clip), *named[:2], "--json"], env=given)
    assert "transcriber:scripted" in shown.output
    assert "Hello." in shown.output
    assert len(server.requests) == 1
