import math
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from foretell.tools.decoding.pyav_backend import write_video
from foretell.tools.decoding.video import Video, open_video
from foretell.tools.screen_text.perceiver import STRETCH, ScreenText
from foretell.tools.screen_text.text_recognizer import RapidOcr, TextLine, ocr_is_installed
from foretell.types import Event, Interval
from tests.tools.memory_video import MemoryVideo

SLIDES = [(0.0, 5.0), (5.0, 10.0), (10.0, 35.0), (35.0, 40.0), (40.0, 44.96666666666666)]
needs_ocr = pytest.mark.skipif(not ocr_is_installed(), reason="the extra 'ocr' is not installed")


@dataclass
class KnownPictures:
    """Reads a picture of one colour as the lines written down for it."""

    lines: Mapping[int, Sequence[TextLine]]
    name: str = "known"
    reads: list[int] = field(default_factory=list[int])

    def read(self, picture: NDArray[np.uint8]) -> list[TextLine]:
        self.reads.append(int(picture[0, 0, 0]))
        return list(self.lines.get(self.reads[-1], ()))


def line(text: str, score: float = 0.97, top: float = 0.0) -> TextLine:
    return TextLine(text, score, 0.0, top, 9.0 * len(text), top + 10.0)


def video(
    colours: Sequence[int], start: float = 0.0, breaks_at_seconds: float = math.inf
) -> MemoryVideo:
    """Shows each colour for a second."""

    def draw(seconds: float) -> NDArray[np.uint8]:
        return np.full((32, 32, 3), colours[int(seconds - start)], np.uint8)

    interval = Interval(start, start + len(colours))
    return MemoryVideo(interval, draw, breaks_at_seconds=breaks_at_seconds)


def perceive(
    perceiver: ScreenText, shown: Video, since_seconds: float | None = None
) -> list[Event]:
    return list(perceiver.perceive(shown, since_seconds))


def timed(events: list[Event]) -> list[tuple[float, float, str]]:
    return [(event.interval.start, event.interval.end, event.text) for event in events]


def test_a_text_lasts_from_the_first_to_the_next_sample_without_it() -> None:
    known = KnownPictures({50: [line("Hello")], 99: [line("Bye now", 0.95)]})
    events = perceive(ScreenText(known), video([0, 50, 50, 0, 99], start=1.5))
    assert timed(events) == [(2.5, 4.5, "Hello"), (5.5, 6.5, "Bye now")]
    assert {(event.kind, event.source) for event in events} == {("screen_text", "screen_text")}
    assert [event.confidence for event in events] == [0.97, 0.95]


def test_only_pictures_that_changed_are_read() -> None:
    known = KnownPictures({50: [line("Hello")]})
    events = perceive(ScreenText(known), video([50, 52, 55, 50, 0, 3, 50]))
    assert known.reads == [50, 0, 50]
    assert timed(events) == [(0.0, 4.0, "Hello"), (6.0, 7.0, "Hello")]


def test_readings_that_waver_are_one_event_on_whose_letters_they_vote() -> None:
    known = KnownPictures(
        {
            50: [line("Hel1o wor1d", 0.8)],
            99: [line("Hello wor1d", 0.9)],
            150: [line("Hello world!", 0.8)],
            200: [line("Hello world", 0.9)],
        }
    )
    events = perceive(ScreenText(known), video([50, 99, 150, 200, 150]))
    assert timed(events) == [(0.0, 5.0, "Hello world")]
    assert 0.6 < (events[0].confidence or 0.0) < 0.84


def test_readings_that_agree_are_as_sure_as_they_are_on_the_mean() -> None:
    known = KnownPictures({50: [line("ARIA", 0.75)], 99: [line("ARIA", 0.85)]})
    [event] = perceive(ScreenText(known), video([50, 99, 50]))
    assert event.confidence == pytest.approx((0.75 + 0.85 + 0.75) / 3)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1/5", "2/5"),
        ("10:31", "10:32"),
        ("Total 1,299 EUR", "Total 1,209 EUR"),
        ("Chapter", "Chapter 2"),
        ("Step 1 Step 2", "Step 1 Step 2 Step 3"),
    ],
)
def test_texts_that_differ_in_digits_are_never_one(one: str, other: str) -> None:
    known = KnownPictures({50: [line(one)], 99: [line(other)]})
    events = perceive(ScreenText(known), video([50, 99, 50, 99]))
    assert {event.text for event in events} == {one, other}
    known = KnownPictures({50: [line(one)], 99: [line(other, 0.72)]})
    assert {event.text for event in perceive(ScreenText(known), video([50, 99]))} <= {one, other}


def test_what_is_short_unsure_and_not_read_alike_twice_is_left_out() -> None:
    lattice = {50: "BHUL", 99: "BHLL", 150: "BL", 200: "BHI!"}
    known = KnownPictures({level: [line(text, 0.74)] for level, text in lattice.items()})
    assert perceive(ScreenText(known), video([50, 99, 99, 150, 200, 0, 50])) == []


def test_a_doubtful_reading_beside_a_sure_one_is_of_that_sign() -> None:
    plate = {50: [line("IP4599", 0.85)], 99: [line("PL599", 0.99)], 150: [line("P1899", 0.72)]}
    events = perceive(ScreenText(KnownPictures(plate)), video([50, 99, 150, 0, 0, 0, 99]))
    assert timed(events) == [(0.0, 2.0, "PL599"), (6.0, 7.0, "PL599")]


def test_a_sign_that_is_missed_once_or_stands_twice_is_told_once() -> None:
    known = KnownPictures({50: [line("EXIT"), line("EXIT", top=90)], 99: [line("EXIT")]})
    assert timed(perceive(ScreenText(known), video([50, 99, 0, 50]))) == [(0.0, 4.0, "EXIT")]


def test_a_sign_that_may_be_cyrillic_is_left_out() -> None:
    known = KnownPictures({50: [line("PECTOPAH", 1.0)], 99: [line("RESTAURANT", 1.0)]})
    assert timed(perceive(ScreenText(known), video([50, 50, 99]))) == [(2.0, 3.0, "RESTAURANT")]


def test_a_lone_sign_must_stand_for_a_while() -> None:
    known = KnownPictures({50: [line("A", 1.0)], 99: [line("H", 1.0)], 150: [line("I", 0.9)]})
    events = perceive(ScreenText(known), video([50, 50, 50, 0, 99, 0, 150, 150, 150, 150]))
    assert timed(events) == [(0.0, 3.0, "A")]


def test_texts_on_show_together_are_followed_on_their_own() -> None:
    logo = line("Logo")
    known = KnownPictures(
        {50: [logo, line("one thing", top=90)], 99: [line("other", top=90), logo]}
    )
    events = perceive(ScreenText(known), video([50, 99, 99]))
    assert timed(events) == [(0.0, 1.0, "one thing"), (0.0, 3.0, "Logo"), (1.0, 3.0, "other")]


def test_doubtful_lines_and_single_signs_are_left_out() -> None:
    known = KnownPictures({50: [line("maybe", 0.59), line("- x -", top=90)]})
    assert perceive(ScreenText(known), video([50])) == []


def test_a_long_still_picture_is_read_once_a_stretch() -> None:
    known = KnownPictures({50: [line("Hello")]})
    events = perceive(ScreenText(known), video([50] * (STRETCH + 5)))
    assert known.reads == [50, 50]
    assert timed(events) == [(0.0, 120.0, "Hello"), (120.0, 125.0, "Hello")]


def test_a_long_video_is_sampled_less_often() -> None:
    known = KnownPictures({})
    perceive(ScreenText(known, max_reads=60), video([0, 50] * 1800))
    assert 1 <= len(known.reads) <= 60


def test_a_damaged_video_is_read_as_far_as_it_goes() -> None:
    known = KnownPictures({50: [line("Hello")]})
    events = perceive(ScreenText(known), video([50] * 300, breaks_at_seconds=2.5))
    assert timed(events) == [(0.0, 3.0, "Hello")]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_resuming_gives_exactly_what_ends_then_or_later(data: st.DataObject) -> None:
    runs = data.draw(st.lists(st.tuples(st.sampled_from([0, 50, 99, 200]), st.integers(1, 90))))
    colours = [colour for colour, length in runs for _ in range(length)] or [0]
    texts = {
        50: [line("Hello"), line("Logo", top=90)],
        99: [line("Logo"), line("Helo", 0.8, top=90)],
        200: [line("Helloo", 0.9), line("10:31", top=90)],
    }
    shown = video(colours[:400], start=0.1)
    whole = perceive(ScreenText(KnownPictures(texts)), shown)
    ends = [event.interval.end for event in whole]
    assert ends == sorted(ends)
    for since in {*ends, 0.0, 60.3, 120.1}:
        rest = [event for event in whole if event.interval.end >= since]
        assert perceive(ScreenText(KnownPictures(texts)), shown, since) == rest


def test_resuming_does_not_read_the_stretches_before() -> None:
    known = KnownPictures({})
    perceive(ScreenText(known, max_reads=600), video([0, 50] * 300), since_seconds=500.0)
    assert len(known.reads) == 120


def test_settings_name_what_changes_the_readings() -> None:
    assert ScreenText(KnownPictures({})).settings == "screen text 3, known, at most 400 reads"


@needs_ocr
def test_drawn_text_is_read(tmp_path: Path) -> None:
    picture = Image.new("RGB", (480, 270), "navy")
    blank = np.asarray(picture)
    ImageDraw.Draw(picture).text((40, 200), "Whisk two eggs", "white", ImageFont.load_default(32))
    written = np.asarray(picture)
    file = tmp_path / "drawn.mp4"
    write_video(file, [blank] * 15 + [written] * 30 + [blank] * 15, frames_per_second=10)
    with open_video(file, isolate=False) as opened:
        events = list(ScreenText().perceive(opened, None))
    assert timed(events) == [(2.0, 5.0, "Whisk two eggs")]
    assert (events[0].confidence or 0.0) > 0.9


@needs_ocr
def test_a_burned_in_subtitle_is_read(videos: Path) -> None:
    with open_video(videos / "cooking_multishot_subtitled_12s.mp4", isolate=False) as opened:
        events = list(ScreenText().perceive(opened, None))
    assert timed(events) == [(5.0, 7.0, "*Tiger barking at the neighbors*")]


@needs_ocr
def test_each_slide_of_a_real_talk_is_read(data_root: Path) -> None:
    clip = data_root / "natural_questions/videos/slides.mp4"
    with open_video(clip, isolate=False) as opened:
        found = {text: (start, end) for start, end, text in timed(perceive(ScreenText(), opened))}
    numbers = {f"{page}/5": times for page, times in enumerate(SLIDES, start=1)}
    letters = dict(zip("ABCDE", SLIDES, strict=True))
    assert found.items() >= {**numbers, **letters, "1/4 2/4 3/4": (25.0, 30.0)}.items()


@needs_ocr
@pytest.mark.parametrize(
    ("clip", "texts"),
    [
        ("videos/instructional_aria_switch.mp4", ["ARIA", "PRIVACY SWITCH", "USER START GUIDE"]),
        ("videos/ego_kitchen_milk_41s.mp4", ["PL599"]),
        ("natural_questions/videos/bangkok.mp4", []),
        ("natural_questions/videos/dashcam.mp4", []),
    ],
)
def test_each_sign_of_a_real_clip_has_one_spelling(
    clip: str, texts: list[str], data_root: Path
) -> None:
    with open_video(data_root / clip, isolate=False) as opened:
        assert sorted({text for _, _, text in timed(perceive(ScreenText(), opened))}) == texts


@needs_ocr
def test_a_terminal_is_read(data_root: Path) -> None:
    clip = data_root / "natural_questions/videos/screen_demo.gif"
    with open_video(clip, isolate=False) as opened:
        texts = " | ".join(text for _, _, text in timed(perceive(ScreenText(), opened)))
    for words in (
        "$ pip install claude-real-video",
        "installed (ffmpeg + faster-whisper, 100% local)",
        "$ claude-real-video rover.mp4 --grid reading video ... ok (14s, 1080p)",
        "17 frames (deduped from 27 extracted) in out/frames manifest: out/MANIFEST.txt",
        "grids: 2 contact sheet(s) in out/grids",
        "# your LLM just watched the video.",
        "How Perseverance Drives on Mars",
    ):
        assert words in texts


@needs_ocr
def test_the_recognizer_is_silent_and_names_its_version(capfd: pytest.CaptureFixture[str]) -> None:
    recognizer = RapidOcr()
    assert recognizer.name.startswith("rapidocr 3.")
    assert recognizer.read(np.zeros((40, 60, 3), np.uint8)) == []
    assert capfd.readouterr() == ("", "")


def test_a_missing_extra_says_how_to_install_it() -> None:
    program = (
        "import sys; sys.modules['rapidocr'] = None\n"
        "from foretell.errors import MissingExtra\n"
        "from foretell.tools.screen_text.perceiver import ScreenText\n"
        "try: ScreenText()\n"
        "except MissingExtra as error: print(error)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == (
        "reading on-screen text needs the extra 'ocr', which is not installed: "
        "pip install 'foretell[ocr]'\n"
    )
