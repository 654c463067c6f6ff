"""Each family of captioners says what its own library makes of the same pictures."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from foretell.errors import ConfigError, ModelError
from foretell.prompts.loader import load_prompt
from foretell.tools.captioning.captioner import Captioner
from foretell.tools.captioning.image_text_captioner import ImageTextCaptioner
from foretell.tools.model_check import check
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.picture_prompt import question_prompt
from foretell.tools.watching.profile import Profile
from foretell.types import Clip, Frame
from tests.checkpoints.captioners import FAMILIES, SIDE, one_line, save_llava, teach
from tests.checkpoints.plugin import CheckpointOf

TOKENS = 12
needs_torchvision = pytest.mark.skipif(
    find_spec("torchvision") is None, reason="needs torchvision: pip install 'foretell[vision]'"
)


def made_clip(seed: int, frames: int = 3) -> Clip:
    chance = np.random.default_rng(seed)
    pictures = chance.integers(0, 256, (frames, 40, 60, 3), dtype=np.uint8)
    return [Frame(picture, 2.0 + 0.5 * index) for index, picture in enumerate(pictures)]


CLIPS = [made_clip(seed) for seed in range(8)]


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
    assert captioner(folder).caption(CLIPS) == [one_line(said) for said in expected]
    assert len(set(expected)) > 1


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
        expected.append(one_line(said))
    assert captioner(folder).caption(CLIPS) == expected
    assert len(set(expected)) > 1


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
        expected.append(one_line(processor.decode(written, skip_special_tokens=True)))
    asked = captioner(folder)
    assert asked.frames_per_clip == 1
    assert asked.caption(CLIPS) == expected
    assert len(set(expected)) > 1


def test_blip2_is_asked_for_the_intention_as_in_lalm(captioner_of: CheckpointOf) -> None:
    folder = captioner_of("blip2")
    model, processor = raw(folder)
    question = "Question: what does the person want to do in this image? Answer:"
    inputs = processor(images=pictures(CLIPS[0])[1], text=question, return_tensors="pt")
    written = model.generate(**inputs, max_new_tokens=TOKENS, do_sample=False)
    new = written[0, inputs["input_ids"].shape[1] :]
    expected = one_line(processor.decode(new, skip_special_tokens=True))
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
        expected.append(one_line(said))
    assert captioner(folder, frames=4).caption(clips) == expected


@pytest.mark.parametrize("family", ["llava", "git"])
@pytest.mark.parametrize(
    ("ends", "said"),
    [(True, "He cuts 2.5 kg. Then he"), (False, "He cuts 2.5 kg.")],
)
def test_only_what_was_cut_off_is_left_out(
    tmp_path: Path, family: str, ends: bool, said: str
) -> None:
    FAMILIES[family](tmp_path)
    teach(tmp_path, "He cuts 2.5 kg. Then he", ends=ends)
    assert captioner(tmp_path, max_new_tokens=24).caption(CLIPS[:2]) == [said, said]


def test_a_caption_that_ends_at_the_limit_is_whole(tmp_path: Path) -> None:
    save_llava(tmp_path)
    said = "He waits. It is 3.5"
    teach(tmp_path, said)
    assert captioner(tmp_path, max_new_tokens=len(said) + 1).caption(CLIPS[:1]) == [said]


def test_thoughts_are_not_captions(tmp_path: Path) -> None:
    save_llava(tmp_path)
    teach(tmp_path, "<think>A pan?</think>He cooks.")
    assert captioner(tmp_path, max_new_tokens=60).caption(CLIPS[:1]) == ["He cooks."]
    teach(tmp_path, "<think>Could it be a pan?")
    with pytest.raises(ModelError, match="was cut off while thinking, with room for 20 tokens"):
        captioner(tmp_path, max_new_tokens=20).caption(CLIPS[:1])


def test_thoughts_that_the_template_opened_are_not_captions(tmp_path: Path) -> None:
    save_llava(tmp_path, thinks=True)
    teach(tmp_path, "A pan?</think>He cooks.")
    assert captioner(tmp_path, max_new_tokens=60).caption(CLIPS[:1]) == ["He cooks."]
    teach(tmp_path, "It could be a pan.")
    with pytest.raises(ModelError, match="was cut off while thinking, with room for 20 tokens"):
        captioner(tmp_path, max_new_tokens=20).caption(CLIPS[:1])


def test_a_talk_begins_once(captioner_of: CheckpointOf) -> None:
    folder = captioner_of("llava_begun")
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
    assert captioner(folder).caption(CLIPS) == [one_line(said) for said in expected]
    prompt = question_prompt(raw(folder)[1], "llava", "Who?")
    assert prompt is not None
    assert prompt.inputs(CLIPS[:1])["input_ids"][0, :2].tolist() == [1, 88]


def test_instructblip_is_always_asked(captioner_of: CheckpointOf) -> None:
    folder = captioner_of("instructblip")
    model, processor = raw(folder)
    asked = load_prompt("caption").text
    expected: list[str] = []
    for clip in CLIPS:
        inputs = processor(images=pictures(clip)[1], text=asked, return_tensors="pt")
        written = model.generate(**inputs, max_new_tokens=TOKENS, do_sample=False)
        new = written[0, inputs["input_ids"].shape[1] :]
        expected.append(one_line(processor.decode(new, skip_special_tokens=True)))
    assert captioner(folder).caption(CLIPS) == expected
    assert len(set(expected)) > 1


def test_idefics2_is_shown_whole_pictures(captioner_of: CheckpointOf) -> None:
    folder = captioner_of("idefics2")
    model, processor = raw(folder)
    processor.image_processor.do_image_splitting = False
    expected: list[str] = []
    for clip in CLIPS:
        inputs = processor.apply_chat_template(
            talk([{"type": "image", "image": picture} for picture in pictures(clip)]),
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
        )
        said = processor.decode(greedy(model, inputs), skip_special_tokens=True)
        expected.append(one_line(said))
    assert captioner(folder).caption(CLIPS) == expected
    assert len(set(expected)) > 1


def test_a_model_whose_pictures_and_texts_are_prepared_apart(captioner_of: CheckpointOf) -> None:
    folder = captioner_of("vision_encoder_decoder")
    with pytest.raises(ModelError, match=r"prepares pictures or text, not both: its \w+ has no "):
        captioner(folder).caption(CLIPS)
    with pytest.raises(ModelError, match="prepares pictures or text, not both"):
        check(f"hf:{folder}", "cpu")


def test_a_model_that_nobody_can_say_how_to_ask(tmp_path: Path) -> None:
    save_llava(tmp_path)
    (tmp_path / "chat_template.jinja").unlink()
    with pytest.raises(ModelError, match=r"\(of type 'llava'\) has no chat template, so that nobo"):
        captioner(tmp_path).caption(CLIPS)
