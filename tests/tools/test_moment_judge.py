from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from foretell.errors import ModelError
from foretell.prompts.loader import load_prompt
from foretell.tools.video import Video
from foretell.tools.vision_models.moment_judge import VisionJudge
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
    asked = load_prompt("judge_moment").fill(text="a cat jumps")
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
    assert first != judge.probability(video, MOMENT, Interval(0.0, 0.5), "a cat jumps")


def test_a_model_that_reads_no_questions_is_refused(video: Video, tmp_path: Path) -> None:
    save_blip(tmp_path)
    with pytest.raises(ModelError, match=r"reads no questions; give one that does"):
        VisionJudge(f"hf:{tmp_path}", "cpu").probability(video, MOMENT, CONTEXT, "a cat jumps")
