from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from foretell.errors import ModelError, VideoError
from foretell.tools.decoding.video import Video
from foretell.tools.localization.moment_judge import VisionJudge, judge_question, times_around
from foretell.types import Interval
from tests.checkpoints.captioners import save_blip, save_blip2, save_llava
from tests.tools.synthetic_clips import opened, texture

MOMENT, CONTEXT = Interval(1.0, 2.0), Interval(0.5, 2.5)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Video]:
    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    with opened(path, [texture(number // 10) for number in range(60)]) as video:
        yield video


def test_the_probability_is_that_of_the_first_word(video: Video, tmp_path: Path) -> None:
    save_blip2(tmp_path)
    given = VisionJudge(f"hf:{tmp_path}", "cpu").probability(video, MOMENT, CONTEXT, "a cat jumps")

    torch: Any = importlib.import_module("torch")
    transformers: Any = importlib.import_module("transformers")
    processor = transformers.AutoProcessor.from_pretrained(tmp_path)
    model = transformers.AutoModelForImageTextToText.from_pretrained(tmp_path).eval()
    (frame,) = video.frames([1.5], size=(160, 96))
    asked = judge_question("a cat jumps", MOMENT, [1.5], "clip.mp4")
    inputs = processor(images=frame.data, text=f"Question: {asked} Answer:", return_tensors="pt")
    with torch.inference_mode():
        logits = model(**inputs).logits[0, -1]
    ids = {letter: processor.tokenizer.convert_tokens_to_ids(letter) for letter in "YyNn"}
    odds = {letter: logits[place].exp() for letter, place in ids.items()}
    yes = float((odds["Y"] + odds["y"]) / sum(odds.values()))
    assert given == pytest.approx(yes, abs=1e-5)


@pytest.mark.parametrize("save", [save_llava, save_blip2])
def test_what_is_asked_and_shown_matters(
    save: Callable[[Path], None], video: Video, tmp_path: Path
) -> None:
    save(tmp_path)
    judge = VisionJudge(f"hf:{tmp_path}", "cpu", frames=2)
    first = judge.probability(video, MOMENT, CONTEXT, "a cat jumps")
    assert 0.0 < first < 1.0
    assert first == judge.probability(video, MOMENT, CONTEXT, "a cat jumps")
    assert first != judge.probability(video, MOMENT, CONTEXT, "the man runs")
    shifted = judge.probability(video, Interval(0.25, 1.25), Interval(0.0, 1.75), "a cat jumps")
    assert first != shifted


@pytest.mark.parametrize("save", [save_llava, save_blip2])
def test_the_moment_matters_where_the_context_is_the_same(
    save: Callable[[Path], None], video: Video, tmp_path: Path
) -> None:
    save(tmp_path)
    judge = VisionJudge(f"hf:{tmp_path}", "cpu", frames=4)
    moments = [Interval(0.5, 1.5), Interval(1.5, 2.5), CONTEXT]
    said = [judge.probability(video, moment, CONTEXT, "a cat jumps") for moment in moments]
    assert len(set(said)) == 3


@pytest.mark.parametrize(
    ("moment", "context", "count", "shown"),
    [
        (Interval(1.0, 2.0), Interval(0.5, 2.5), 8, "pictures 3 to 6"),
        (Interval(0.0, 4.0), Interval(0.0, 6.0), 6, "pictures 1 to 4"),
        (Interval(0.0, 4.0), Interval(0.0, 4.0), 4, "pictures 1 to 4"),
        (Interval(1.0, 1.1), Interval(0.0, 4.0), 2, "picture 1"),
        (Interval(0.0, 4.0), Interval(0.0, 6.0), 1, "picture 1"),
    ],
)
def test_it_is_told_which_pictures_are_the_moment(
    moment: Interval, context: Interval, count: int, shown: str
) -> None:
    times = times_around(moment, context, count)
    assert len(times) == count
    assert times == sorted(times)
    said = judge_question("a cat jumps", moment, times, "clip.mp4")
    assert f"numbered 1 to {count}. Look at {shown}, " in said
    assert f"Does this happen in {shown}: a cat jumps? Answer Yes or No." in said


def test_a_picture_of_the_moment_is_always_shown() -> None:
    assert times_around(Interval(1.25, 1.5), Interval(0.0, 4.0), 2) == [1.375, 3.0]
    assert times_around(Interval(0.0, 4.0), Interval(0.0, 6.0), 1) == [2.0]


def test_a_file_that_breaks_before_the_moment() -> None:
    with pytest.raises(VideoError, match=r"no frame of 'clip.mp4' in .* can be decoded"):
        judge_question("a cat jumps", Interval(3.0, 4.0), [1.0, 2.0], "clip.mp4")


def test_what_a_model_cannot_be_asked(video: Video, tmp_path: Path) -> None:
    save_llava(tmp_path)
    judge = VisionJudge(f"hf:{tmp_path}", "cpu")
    with pytest.raises(ModelError, match="cannot be asked that: "):
        judge.probability(video, MOMENT, CONTEXT, "a cat <image> jumps")


def test_a_model_that_reads_no_questions_is_refused(video: Video, tmp_path: Path) -> None:
    save_blip(tmp_path)
    with pytest.raises(ModelError, match=r"reads no questions; give one that does"):
        VisionJudge(f"hf:{tmp_path}", "cpu").probability(video, MOMENT, CONTEXT, "a cat jumps")
