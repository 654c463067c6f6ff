from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from foretell.tools.decoding.video import Video, open_video
from foretell.tools.pictures.perceivers import Motion
from foretell.types import Event
from tests.tools.synthetic_clips import Drawing, opened, panned, plain, texture, with_block

EMPTY = "The scene is empty and still: nobody is in view."


def motion_of(video: Video) -> list[Event]:
    with video:
        return list(Motion().perceive(video, None))


def visit(background: Drawing, frames: int, place: int) -> Iterator[Drawing]:
    """Somebody walks in from the left, stands at a place fidgeting, and walks out to the right."""
    coming, going = range(-21, place, 3), range(place, 160, 3)
    for left in coming:
        yield with_block(background, left, 20)
    for index in range(frames - len(coming) - len(going)):
        yield with_block(background, place, 20 - 4 * (index // 3 % 2), jitter=index % 7)
    for left in going:
        yield with_block(background, left, 20)


def visits(empty_frames: int, visit_frames: Sequence[int]) -> list[Drawing]:
    """An empty room, in and out of which people go; each stands somewhere else."""
    room = texture(5)
    frames = [room] * empty_frames
    for index, length in enumerate(visit_frames):
        frames += [*visit(room, length, 40 + 12 * index), *[room] * empty_frames]
    return frames


def assert_resumes(video: Video, *after: int) -> None:
    """Compares what is left after the events of these numbers, or after each."""
    with video:
        events = list(Motion().perceive(video, None))
        for index in after or range(len(events)):
            end = events[index].interval.end
            rest = list(Motion().perceive(video, end))
            assert rest == [event for event in events if event.interval.end >= end]


def test_tells_stays_from_empty_times(tmp_path: Path) -> None:
    events = motion_of(opened(tmp_path / "room.mp4", visits(40, [120, 80]), 10))
    assert [(event.interval.start, event.interval.end) for event in events] == [
        pytest.approx(span, abs=0.5)
        for span in [(0, 4), (4, 16), (16, 20), (20, 28), (28, 32), (0, 32)]
    ]
    assert [event.text for event in events] == [
        EMPTY,
        "Somebody or something arrives from the left (arrival 1). "
        "It stays in view, then leaves to the right.",
        EMPTY,
        "Somebody or something arrives from the left (arrival 2). "
        "It stays in view, then leaves to the right.",
        EMPTY,
        "In this stretch somebody or something arrives twice.",
    ]
    assert {(event.kind, event.source) for event in events} == {("scene", "motion")}


def test_who_stands_still_for_most_of_the_time_is_not_taken_for_background(tmp_path: Path) -> None:
    events = motion_of(opened(tmp_path / "long_visit.mp4", visits(30, [400]), 10))
    assert [event.text for event in events if event.text == EMPTY] == [EMPTY, EMPTY]
    assert events[-1].text == "In this stretch somebody or something arrives once."


def test_tells_who_is_there_at_the_beginning_and_at_the_end(tmp_path: Path) -> None:
    frames = visits(30, [100, 80, 100])[60:-60]
    events = motion_of(opened(tmp_path / "inside.mp4", frames, 10))
    assert events[0].text == (
        "Somebody or something is in view as this stretch begins. "
        "It stays in view, then leaves to the right."
    )
    assert events[-2].text == (
        "Somebody or something arrives from the left (arrival 2). "
        "It is still in view as this stretch ends."
    )


def test_says_nothing_of_somebody_who_only_stirs(tmp_path: Path) -> None:
    room = texture(5)
    seated = with_block(room, 64, 20)
    stirring = with_block(seated, 60, 40, jitter=90)
    frames = ([seated] * 40 + [stirring] * 20) * 4
    for frame in frames:
        frame[-20:] = room[-20:]
    assert motion_of(opened(tmp_path / "seated.mp4", frames, 10)) == []


def test_says_nothing_of_a_camera_that_moves(tmp_path: Path) -> None:
    assert motion_of(opened(tmp_path / "pan.mp4", panned(3, 120, 2), 10)) == []


def test_says_nothing_where_nothing_happens(tmp_path: Path) -> None:
    assert motion_of(opened(tmp_path / "still.mp4", [texture(1)] * 120, 10)) == []


def test_says_nothing_of_a_single_frame(tmp_path: Path) -> None:
    assert motion_of(opened(tmp_path / "frame.mp4", [plain(90)])) == []


def test_looks_at_each_shot_by_itself(tmp_path: Path) -> None:
    frames = [*visits(30, [80]), *([texture(8)] * 60)]
    events = motion_of(opened(tmp_path / "shots.mp4", frames, 10))
    assert events[-1].text == "In this stretch somebody or something arrives once."
    assert events[-1].interval.end == pytest.approx(14.0, abs=0.5)


def test_resumes_after_every_event(tmp_path: Path) -> None:
    assert_resumes(opened(tmp_path / "room.mp4", visits(40, [120, 80]), 10))


def test_begins_anew_at_every_tenth_minute_and_resumes(tmp_path: Path) -> None:
    frames = visits(60, [100] * 5)
    ends = [event.interval.end for event in motion_of(opened(tmp_path / "long.mp4", frames, 1))]
    assert ends == sorted(ends)
    assert 600.0 in ends
    around = ends.index(600.0)
    video = open_video(tmp_path / "long.mp4", isolate=False)
    assert_resumes(video, around, around + 2)


ARRIVALS = [6.1, 22.7, 50.1, 74.2, 92.3, 123.3]
DEPARTURES = [20.5, 45.2, 70.5, 87.5, 120.5, 136.8]


def test_finds_six_visitors_and_the_empty_times_between(videos: Path) -> None:
    video = open_video(videos / "static_six_visitors_139s.mp4", isolate=False)
    *events, summary = motion_of(video)
    stays = [event for event in events if event.text != EMPTY]
    empties = [event for event in events if event.text == EMPTY]
    assert [stay.interval.start for stay in stays] == pytest.approx(ARRIVALS, abs=1.0)
    assert [stay.interval.end for stay in stays] == pytest.approx(DEPARTURES, abs=1.0)
    assert [empty.interval.start for empty in empties] == pytest.approx([0, *DEPARTURES], abs=1.0)
    assert all("arrives from the bottom" in stay.text for stay in stays)
    assert summary.text == "In this stretch somebody or something arrives 6 separate times."


def test_resumes_on_the_six_visitors(videos: Path) -> None:
    assert_resumes(open_video(videos / "static_six_visitors_139s.mp4", isolate=False), 5)


@pytest.mark.parametrize(
    "name",
    [
        "ego_kitchen_milk_41s.mp4",
        "kitchen_pancake_flip.mkv",
        "cooking_multishot_subtitled_12s.mp4",
        "nasa_cleanroom_2video_2audio_2subs.mp4",
        "sign_eat_1s.mkv",
        "chef_blender.gif",
        "odd/talking_carphone_176x144.mp4",
        "odd/vfr_film_10s.mp4",
        "odd/failing_audio.mp4",
        "odd/corrupted.mp4",
        "odd/phone_rot180.mov",
    ],
)
def test_says_nothing_where_nobody_comes_or_goes(name: str, videos: Path) -> None:
    assert motion_of(open_video(videos / name, isolate=False)) == []
