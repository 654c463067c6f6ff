from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from foretell.tools.decoding.video import Video, open_video
from foretell.tools.pictures.perceivers import Shots
from foretell.types import Event
from tests.tools.synthetic_clips import (
    HEIGHT,
    WIDTH,
    Drawing,
    mixed,
    opened,
    panned,
    plain,
    texture,
)


def shots_of(video: Video) -> list[Event]:
    with video:
        return list(Shots().perceive(video, None))


def begins_of(events: list[Event]) -> list[float]:
    return [event.interval.start for event in events[1:]]


def assert_resumes(video: Video) -> None:
    with video:
        events = list(Shots().perceive(video, None))
        for kept, event in enumerate(events, start=1):
            rest = list(Shots().perceive(video, event.interval.end))
            assert rest == events[kept:]


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(min_value=15, max_value=50), min_size=1, max_size=4))
def test_finds_each_cut_at_its_frame(lengths: list[int]) -> None:
    frames = [texture(seed) for seed, length in enumerate(lengths) for _ in range(length)]
    with tempfile.TemporaryDirectory() as folder:
        events = shots_of(opened(Path(folder) / "cuts.mp4", frames))
    cuts = [sum(lengths[:count]) / 20 for count in range(1, len(lengths))]
    assert begins_of(events) == pytest.approx(cuts, abs=1e-6)
    assert all(event.text.startswith("A new shot begins with a cut.") for event in events[1:])


def test_shots_cover_the_video_without_gaps(tmp_path: Path) -> None:
    frames = [texture(1)] * 30 + [texture(2)] * 30 + [texture(3)] * 30
    video = opened(tmp_path / "three.mp4", frames)
    events = shots_of(video)
    edges = [(event.interval.start, event.interval.end) for event in events]
    assert edges[0][0] == video.info.interval.start
    assert edges[-1][1] == video.info.interval.end
    assert [start for start, _ in edges[1:]] == [end for _, end in edges[:-1]]
    assert {(event.kind, event.source) for event in events} == {("scene", "scenes")}


def test_finds_a_cut_in_a_long_video_from_its_keyframes(tmp_path: Path) -> None:
    frames = [texture(1)] * 333 + [texture(2)] * 167
    events = shots_of(opened(tmp_path / "long.mp4", frames, frames_per_second=10))
    assert begins_of(events) == pytest.approx([33.3], abs=1e-6)


def test_finds_a_cut_at_one_frame_a_second(tmp_path: Path) -> None:
    frames = [texture(1)] * 7 + [texture(2)] * 9
    assert begins_of(shots_of(opened(tmp_path / "slow.mp4", frames, 1))) == pytest.approx([7.0])


def test_finds_a_dissolve(tmp_path: Path) -> None:
    first, second = texture(1), texture(2)
    frames = [first] * 30 + mixed(first, second, 20) + [second] * 30
    events = shots_of(opened(tmp_path / "dissolve.mp4", frames))
    assert begins_of(events) == pytest.approx([2.0], abs=0.15)
    assert events[1].text.startswith("A new shot begins with a dissolve.")


def test_finds_a_dissolve_between_pictures_that_move(tmp_path: Path) -> None:
    first, second = panned(1, 80, 0.25), panned(2, 80, 0.25)
    blend = [
        mixed(one, two, 20)[index]
        for index, (one, two) in enumerate(zip(first[30:50], second[30:50], strict=True))
    ]
    events = shots_of(opened(tmp_path / "moving.mp4", first[:30] + blend + second[50:]))
    assert begins_of(events) == pytest.approx([2.0], abs=0.2)


def test_finds_fades_out_and_in_and_the_black_between(tmp_path: Path) -> None:
    scene, black, other = texture(1), plain(0), texture(2)
    frames = [scene] * 30 + mixed(scene, black, 20) + [black] * 20
    frames += mixed(black, other, 20) + [other] * 30
    events = shots_of(opened(tmp_path / "fades.mp4", frames))
    assert begins_of(events) == pytest.approx([2.5, 3.5], abs=0.2)
    assert events[0].text.endswith("It fades out at the end.")
    assert events[1].text == "The picture has faded out. The picture is plain black and blank."
    assert events[2].text.startswith("A new shot fades in.")


def test_a_dissolve_does_not_count_as_movement(tmp_path: Path) -> None:
    first, second = texture(1), texture(2)
    frames = [first] * 30 + mixed(first, second, 20) + [second] * 30
    events = shots_of(opened(tmp_path / "still.mp4", frames))
    assert all("steady, with little movement" in event.text for event in events)


def still_frames() -> list[Drawing]:
    return [texture(1)] * 40


def flashing_frames() -> list[Drawing]:
    return [texture(1)] * 30 + [plain(250)] * 2 + [texture(1)] * 30


def darkening_frames() -> list[Drawing]:
    dark = (texture(1) * 0.5).astype("uint8")
    return [texture(1)] * 20 + mixed(texture(1), dark, 20) + [dark] * 20


def panning_frames() -> list[Drawing]:
    return panned(3, 60, 3)


def tinted(drawing: Drawing, red: float, green: float, blue: float) -> Drawing:
    """The same in another light."""
    lit: Drawing = (drawing * np.array([red, green, blue])).clip(0, 255).astype(np.uint8)
    return lit


def white_balance_jumps_frames() -> list[Drawing]:
    return [texture(1)] * 30 + [tinted(texture(1), 0.5, 0.9, 1.4)] * 30


def light_is_switched_on_frames() -> list[Drawing]:
    return [tinted(texture(1), 0.35, 0.35, 0.35)] * 30 + [texture(1)] * 30


def white_balance_drifts_frames() -> list[Drawing]:
    grey = (texture(1) * 0.25 + 96).astype(np.uint8)
    blue = tinted(grey, 0.4, 0.8, 1.5)
    return [grey] * 30 + mixed(grey, blue, 16) + [blue] * 30


@pytest.mark.parametrize(
    "frames",
    [
        still_frames(),
        flashing_frames(),
        darkening_frames(),
        panning_frames(),
        white_balance_jumps_frames(),
        light_is_switched_on_frames(),
        white_balance_drifts_frames(),
    ],
)
def test_sees_one_shot_where_there_is_no_transition(frames: list[Drawing], tmp_path: Path) -> None:
    (event,) = shots_of(opened(tmp_path / "one.mp4", frames))
    assert event.text.startswith("The whole video is one shot, without cuts.")


def test_tells_a_steady_camera_from_one_that_pans(tmp_path: Path) -> None:
    frames = still_frames() + panned(3, 40, 3) + [drawing[:, ::-1] for drawing in panned(4, 40, 3)]
    steady, right, left = shots_of(opened(tmp_path / "pans.mp4", frames))
    assert "The camera is steady, with little movement in the picture." in steady.text
    assert "The camera pans to the right." in right.text
    assert "The camera pans to the left." in left.text


def test_tells_a_camera_that_tilts(tmp_path: Path) -> None:
    tall = [drawing.transpose(1, 0, 2) for drawing in panned(3, 40, 3)]
    (event,) = shots_of(opened(tmp_path / "tilt.mp4", tall))
    assert "The camera tilts down." in event.text


def zoomed(frames: int, per_frame: float) -> list[Drawing]:
    """A camera that drives towards a wall, or away from it; its middle stays where it is."""
    wall = Image.fromarray(np.tile(texture(5), (2, 2, 1)))
    size = np.array(wall.size)
    crops = [
        size / 2 * (1 + per_frame) ** -number / max(1.0, (1 + per_frame) ** -frames)
        for number in range(frames)
    ]
    boxes = [(*((size - crop) / 2), *((size + crop) / 2)) for crop in crops]
    return [
        np.asarray(wall.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box)) for box in boxes
    ]


@pytest.mark.parametrize(
    ("per_frame", "way"), [(0.004, "forward or zooms in"), (-0.004, "backward or zooms out")]
)
def test_a_camera_that_drives_forward_is_not_steady(
    per_frame: float, way: str, tmp_path: Path
) -> None:
    (event,) = shots_of(opened(tmp_path / "drive.mp4", zoomed(80, per_frame)))
    assert f"The camera moves {way}." in event.text
    assert "steady" not in event.text


def test_a_visitor_who_comes_near_does_not_move_the_camera(tmp_path: Path) -> None:
    frames = [texture(1).copy() for _ in range(60)]
    for number, frame in enumerate(frames):
        frame[48 - number // 2 : 48 + number // 2, 80 - number // 2 : 80 + number // 2] = 20
    (event,) = shots_of(opened(tmp_path / "near.mp4", frames))
    assert "The camera is steady" in event.text


def test_a_terminal_with_thin_text_is_not_blank(tmp_path: Path) -> None:
    picture = Image.new("RGB", (1280, 720), (10, 12, 18))
    ImageDraw.Draw(picture).text((20, 20), "$ make", (200, 200, 200), ImageFont.load_default(14))
    (event,) = shots_of(opened(tmp_path / "terminal.mp4", [np.asarray(picture)] * 20))
    assert "blank" not in event.text
    assert event.text.endswith("The picture is dark, mostly black.")


def test_a_terminal_that_stays_empty_for_long_is_not_blank(tmp_path: Path) -> None:
    picture = Image.new("RGB", (640, 360), "black")
    ImageDraw.Draw(picture).text((20, 20), "Done.", "white", ImageFont.load_default(14))
    frames = [np.zeros((360, 640, 3), np.uint8)] * 80 + [np.asarray(picture)] * 20
    (event,) = shots_of(opened(tmp_path / "late.mp4", frames))
    assert "blank" not in event.text


@pytest.mark.parametrize(
    ("level", "sentence"),
    [
        (0, "The picture is plain black and blank."),
        (128, "The picture is plain grey and blank."),
        (250, "The picture is plain white and blank."),
    ],
)
def test_names_a_blank_picture(level: int, sentence: str, tmp_path: Path) -> None:
    (event,) = shots_of(opened(tmp_path / "blank.mp4", [plain(level)] * 10))
    assert event.text.endswith(sentence)


def test_names_brightness_and_colours(tmp_path: Path) -> None:
    drawing = plain(10)
    drawing[:, 80:] = (20, 40, 120)
    (event,) = shots_of(opened(tmp_path / "night.mp4", [drawing] * 10))
    assert event.text.endswith("The picture is dark, mostly blue and black.") or (
        event.text.endswith("The picture is dark, mostly black and blue.")
    )


def test_a_single_frame_is_one_shot(tmp_path: Path) -> None:
    (event,) = shots_of(opened(tmp_path / "frame.mp4", [texture(1)]))
    assert event.interval.duration == pytest.approx(0.05)


def test_resumes_after_every_shot(tmp_path: Path) -> None:
    frames = [drawing for seed in range(4) for drawing in [texture(seed)] * 25]
    frames += mixed(texture(3), texture(9), 20) + panned(9, 40, 2)
    assert_resumes(opened(tmp_path / "many.mp4", frames))


def test_resumes_in_a_long_video(tmp_path: Path) -> None:
    frames = [drawing for seed in range(4) for drawing in [texture(seed)] * 90]
    assert_resumes(opened(tmp_path / "long.mp4", frames, frames_per_second=10))


CUTS = {
    "cooking_multishot_subtitled_12s.mp4": [0.167, 6.506],
    "nasa_cleanroom_2video_2audio_2subs.mp4": [5.5, 8.008],
    "odd/vfr_film_10s.mp4": [3.754, 8.759],
    "odd/rotate_minus90_film_10s.mp4": [3.754, 8.759],
    "odd/failing_audio.mp4": [10.72],
    "ego_kitchen_milk_41s.mp4": [],
    "static_six_visitors_139s.mp4": [],
    "kitchen_pancake_flip.mkv": [],
    "sign_eat_1s.mkv": [],
    "instructional_aria_switch.mp4": [],
    "chef_blender.gif": [],
    "odd/talking_carphone_176x144.mp4": [],
    "odd/av1_5s.mkv": [],
    "odd/vp9_no_duration.webm": [],
    "odd/hevc_10bit_1s.mp4": [],
    "odd/phone_rot180.mov": [],
}


@pytest.mark.parametrize("name", CUTS)
def test_finds_the_transitions_of_real_clips(name: str, videos: Path) -> None:
    events = shots_of(open_video(videos / name, isolate=False))
    assert begins_of(events) == pytest.approx(CUTS[name], abs=0.02)


@pytest.mark.parametrize(
    ("clip", "said", "unsaid"),
    [
        ("natural_questions/videos/dashcam.mp4", "The camera moves forward", "steady"),
        ("natural_questions/videos/screen_demo.gif", "The picture is dark, mostly black.", "blank"),
        ("videos/static_six_visitors_139s.mp4", "The camera is steady", "moves"),
        ("videos/odd/vp9_no_duration.webm", "The picture is plain black and blank.", "moves"),
    ],
)
def test_real_clips_are_described_as_they_are(
    clip: str, said: str, unsaid: str, data_root: Path
) -> None:
    texts = " ".join(event.text for event in shots_of(open_video(data_root / clip, isolate=False)))
    assert said in texts
    assert unsaid not in texts


@pytest.mark.parametrize(
    "name", ["cooking_multishot_subtitled_12s.mp4", "nasa_cleanroom_2video_2audio_2subs.mp4"]
)
def test_resumes_on_real_clips(name: str, videos: Path) -> None:
    assert_resumes(open_video(videos / name, isolate=False))


def test_ends_normally_where_a_file_is_damaged(videos: Path) -> None:
    with open_video(videos / "odd/corrupted.mp4", isolate=False) as video:
        (event,) = Shots().perceive(video, None)
        assert video.damage is not None
        assert event.interval.end <= video.info.interval.end
