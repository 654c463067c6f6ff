"""Each family of captioners says what its own library makes of the same pictures."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from foretell.errors import ConfigError
from foretell.prompts.loader import load_prompt
from foretell.tools.captioner import Captioner, Clip, tidy_caption
from foretell.tools.profile import Profile
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.image_text import ImageTextCaptioner
from foretell.types import Frame
from tests.checkpoints.captioners import SIDE
from tests.checkpoints.plugin import CheckpointOf

TOKENS = 12
needs_torchvision = pytest.mark.skipif(
    find_spec("torchvision") is None, reason="needs torchvision: pip install 'foretell[vision]'"
)


def made_clip(seed: int, frames: int = 3) -> Clip:
    chance = np.random.default_rng(seed)
    pictures = chance.integers(0, 256, (frames, 40, 60, 3), dtype=np.uint8)
    return [Frame(picture, 2.0 + 0.5 * index) for index, picture in enumerate(pictures)]


CLIPS = [made_clip(seed) for seed in range(3)]


def captioner(folder: Path, prompt: Any = "description", **settings: Any) -> Captioner:
    settings = {"max_new_tokens": TOKENS, "frames": 3, "device": "cpu", **settings}
    return ImageTextCaptioner(Checkpoint(str(folder)), prompt, **settings)


def pictures(clip: Clip) -> list[Any]:
    from PIL import Image

    return [Image.fromarray(frame.data) for frame in clip]


def transformers() -> Any:
    return importlib.import_module("transformers")


def raw(folder: Path) -> tuple[Any, Any]:
    """The model and the processor, loaded without foretell."""
    processor = transformers().AutoProcessor.from_pretrained(folder)
    return transformers().AutoModelForImageTextToText.from_pretrained(folder).eval(), processor


def talk(parts: list[dict[str, Any]], prompt: str = "caption") -> list[dict[str, Any]]:
    return [
        {"role": "user", "content": [*parts, {"type": "text", "text": load_prompt(prompt).text}]}
    ]


def greedy(model: Any, inputs: Any) -> list[int]:
    """Takes the likeliest next token, one whole forward pass each, without a cache."""
    import torch

    ids, rest = inputs.pop("input_ids"), dict(inputs)
    rest.pop("attention_mask")
    new: list[int] = []
    with torch.inference_mode():
        while len(new) < TOKENS and (not new or new[-1] != 2):
            logits = model(input_ids=ids, attention_mask=torch.ones_like(ids), **rest).logits
            new.append(int(logits[0, -1].argmax()))
            ids = torch.cat([ids, torch.tensor([[new[-1]]])], dim=1)
            if "mm_token_type_ids" in rest:
                kinds = rest["mm_token_type_ids"]
                rest["mm_token_type_ids"] = torch.cat(
                    [kinds, torch.zeros_like(kinds[:, :1])], dim=1
                )
    return new


def test_llava_says_what_its_pipeline_says(captioner_of: CheckpointOf) -> None:
    folder = captioner_of("llava")
    pipeline = transformers().pipeline("image-text-to-text", model=str(folder), device="cpu")
    expected = [
        pipeline(
            talk([{"type": "image", "image": picture} for picture in pictures(clip)]),
            max_new_tokens=TOKENS,
            return_full_text=False,
            generate_kwargs={"do_sample": False},
        )[0]["generated_text"]
        for clip in CLIPS
    ]
    assert captioner(folder).caption(CLIPS) == [tidy_caption(said) for said in expected]
    assert len(set(expected)) == len(CLIPS)


def test_idefics3_says_what_a_forward_pass_a_token_says(captioner_of: CheckpointOf) -> None:
    folder = captioner_of("idefics3")
    model, processor = raw(folder)
    expected: list[str] = []
    for clip in CLIPS:
        inputs = processor.apply_chat_template(
            talk([{"type": "image", "image": picture} for picture in pictures(clip)]),
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            processor_kwargs={"do_image_splitting": False, "size": {"longest_edge": SIDE}},
        )
        said = processor.decode(greedy(model, inputs), skip_special_tokens=True)
        expected.append(tidy_caption(said))
    assert captioner(folder).caption(CLIPS) == expected
    assert len(set(expected)) == len(CLIPS)


@pytest.mark.parametrize("family", ["blip", "git", "blip2"])
def test_a_model_that_does_not_talk_captions_the_picture_in_the_middle(
    captioner_of: CheckpointOf, family: str
) -> None:
    folder = captioner_of(family)
    model, processor = raw(folder)
    expected: list[str] = []
    for clip in CLIPS:
        inputs = processor(images=pictures(clip)[1], return_tensors="pt")
        written = model.generate(**inputs, max_new_tokens=TOKENS, do_sample=False)[0]
        expected.append(tidy_caption(processor.decode(written, skip_special_tokens=True)))
    asked = captioner(folder)
    assert asked.frames_per_clip == 1
    assert asked.caption(CLIPS) == expected
    assert len(set(expected)) == len(CLIPS)


def test_blip2_is_asked_for_the_intention_as_in_lalm(captioner_of: CheckpointOf) -> None:
    folder = captioner_of("blip2")
    model, processor = raw(folder)
    question = "Question: what does the person want to do in this image? Answer:"
    inputs = processor(images=pictures(CLIPS[0])[1], text=question, return_tensors="pt")
    written = model.generate(**inputs, max_new_tokens=TOKENS, do_sample=False)
    new = written[0, inputs["input_ids"].shape[1] :]
    expected = tidy_caption(processor.decode(new, skip_special_tokens=True))
    assert captioner(folder, "intention").caption(CLIPS[:1]) == [expected]


def test_a_model_that_reads_no_question(captioner_of: CheckpointOf) -> None:
    with pytest.raises(ConfigError, match="caption_prompt is 'intention', and the model 'git' rea"):
        captioner(captioner_of("git"), "intention").caption(CLIPS)


@pytest.mark.parametrize("family", ["idefics3", "llava", "blip2", "blip", "git"])
def test_clips_of_a_batch_do_not_change_each_other(captioner_of: CheckpointOf, family: str) -> None:
    asked = captioner(captioner_of(family))
    assert asked.caption(CLIPS) == [asked.caption([clip])[0] for clip in CLIPS]
    assert asked.caption([]) == []


def test_the_id_tells_everything_that_changes_the_words(captioner_of: CheckpointOf) -> None:
    folder = captioner_of("idefics3")
    settings: list[dict[str, Any]] = [{}, {"prompt": "intention"}, {"frames": 2}]
    settings.append({"max_new_tokens": 5})
    assert len({captioner(folder, **one).id for one in settings}) == 4
    assert captioner(folder).name == "idefics3"


def test_the_seconds_are_told_apart(captioner_of: CheckpointOf) -> None:
    profile = Profile()
    captioner(captioner_of("blip"), profile=profile).caption(CLIPS)
    spent = {part.phase: part.seconds for part in profile.seconds()}
    assert min(spent["load"], spent["preprocess"], spent["forward"]) > 0.0
    assert spent["decode"] == spent["store"] == spent["open"] == 0.0


@needs_torchvision
@pytest.mark.parametrize("family", ["smolvlm", "qwen2_vl"])
def test_a_model_of_videos_is_shown_a_video(captioner_of: CheckpointOf, family: str) -> None:
    folder = captioner_of(family)
    model, processor = raw(folder)
    clips = [made_clip(seed, 4) for seed in range(2)]
    expected: list[str] = []
    for clip in clips:
        inputs = processor.apply_chat_template(
            talk([{"type": "video", "video": np.stack([frame.data for frame in clip])}]),
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            processor_kwargs={
                "do_sample_frames": False,
                "video_metadata": [
                    {
                        "total_num_frames": 4,
                        "fps": 2.0,
                        "duration": 1.5,
                        "frames_indices": [*range(4)],
                    }
                ],
            },
        )
        said = processor.decode(greedy(model, inputs), skip_special_tokens=True)
        expected.append(tidy_caption(said))
    assert captioner(folder, frames=4).caption(clips) == expected


def test_what_was_cut_off_is_left_out() -> None:
    assert tidy_caption(" He opens\nthe door. He then tak") == "He opens the door."
    assert tidy_caption("a man with a pan") == "a man with a pan"
    assert tidy_caption("") == ""
