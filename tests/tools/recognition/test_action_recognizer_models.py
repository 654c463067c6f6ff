"""Each family gives what its own pipeline or a direct forward pass gives."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from foretell.errors import ConfigError, ModelError
from foretell.tools.decoding.pyav_backend import write_video
from foretell.tools.decoding.video import open_video
from foretell.tools.recognition.recognizer import LabelSet
from foretell.tools.recognition.recognizers import load_recognizer
from foretell.tools.watching.profile import Profile
from foretell.types import Clip, Frame
from tests.checkpoints.captioners import save_idefics3
from tests.checkpoints.image_text import CLIP_FRAMES, save_clip, save_siglip, save_x_clip
from tests.checkpoints.recognizers import (
    FRAMES,
    LABELS,
    save_timesformer,
    save_videomae,
    save_vjepa2,
)
from tests.tools.synthetic_clips import texture

CLASSIFIERS: dict[str, Callable[[Path], Path]] = {
    "videomae": save_videomae,
    "timesformer": save_timesformer,
    "vjepa2": save_vjepa2,
}
# An untrained X-CLIP reads a text up to its byte of the highest number, which is in the "à".
ACTIONS = ["cuire à feu", "laver à sec", "aller à pied"]


@pytest.fixture(scope="module", params=CLASSIFIERS)
def classifier(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return CLASSIFIERS[request.param](tmp_path_factory.mktemp(request.param))


def overlapping_clips(length: int) -> list[Clip]:
    """Three clips that share half of their frames with the next one."""
    frames = [Frame(texture(number), number / 8) for number in range(2 * length)]
    return [frames[start : start + length] for start in range(0, length + 1, length // 2)]


def arrays(clip: Clip) -> list[NDArray[np.uint8]]:
    return [frame.data for frame in clip]


def hf() -> Any:
    return importlib.import_module("transformers")


def forward(model: Any, **inputs: Any) -> Any:
    torch: Any = importlib.import_module("torch")
    with torch.inference_mode():
        return model(**inputs)


def write_actions(path: Path) -> str:
    path.write_text("\n".join(ACTIONS), encoding="utf-8")
    return str(path)


def test_a_classifier_gives_what_its_model_gives_for_each_clip(classifier: Path) -> None:
    recognizer = load_recognizer(f"hf:{classifier}", device="cpu")
    assert recognizer.label_sets == (LabelSet("action", LABELS),)
    assert (recognizer.name, recognizer.frames_per_clip) == (classifier.name, FRAMES)
    clips = overlapping_clips(FRAMES)
    (probabilities,) = recognizer.recognize(clips)

    model = hf().AutoModelForVideoClassification.from_pretrained(classifier).eval()
    (file,) = classifier.glob("*preprocessor_config.json")
    processor = hf().VideoMAEImageProcessorPil.from_json_file(file)
    name = "pixel_values_videos" if classifier.name.startswith("vjepa2") else "pixel_values"
    for clip, given in zip(clips, probabilities, strict=True):
        pixels = processor(arrays(clip), return_tensors="pt")["pixel_values"]
        expected = forward(model, **{name: pixels}).logits.softmax(-1)[0]
        assert given == pytest.approx(expected.numpy(), abs=1e-6)
    assert np.ptp(probabilities, axis=0).max() > 1e-5


@pytest.mark.filterwarnings("ignore:Using `image_processor`")
def test_a_classifier_agrees_with_the_pipeline_of_transformers(tmp_path: Path) -> None:
    folder, file = save_videomae(tmp_path / "model"), tmp_path / "clip.mp4"
    write_video(file, [texture(number) for number in range(FRAMES)], frames_per_second=10)
    with open_video(file, isolate=False) as video:
        clip = list(video.frames())
    (probabilities,) = load_recognizer(f"hf:{folder}", device="cpu").recognize([clip])
    pipeline = hf().pipeline("video-classification", model=str(folder), device="cpu")
    told = {row["label"]: row["score"] for row in pipeline(str(file), top_k=len(LABELS))}
    assert probabilities[0] == pytest.approx([told[label] for label in LABELS], abs=1e-5)


def test_labels_that_may_hold_together_are_each_judged_alone(tmp_path: Path) -> None:
    folder = save_videomae(tmp_path, problem_type="multi_label_classification")
    clip = overlapping_clips(FRAMES)[0]
    (probabilities,) = load_recognizer(f"hf:{folder}", device="cpu").recognize([clip])
    model = hf().AutoModelForVideoClassification.from_pretrained(folder).eval()
    processor = hf().VideoMAEImageProcessorPil.from_pretrained(folder)
    logits = forward(model, **processor(arrays(clip), return_tensors="pt")).logits
    assert probabilities == pytest.approx(logits.sigmoid().numpy(), abs=1e-6)


def test_x_clip_gives_what_its_model_gives_for_any_labels(tmp_path: Path) -> None:
    folder = save_x_clip(tmp_path / "model")
    recognizer = load_recognizer(
        f"hf:{folder}", write_actions(tmp_path / "actions.txt"), device="cpu"
    )
    assert recognizer.label_sets == (LabelSet("action", tuple(ACTIONS)),)
    assert recognizer.frames_per_clip == CLIP_FRAMES
    clips = overlapping_clips(CLIP_FRAMES)
    (probabilities,) = recognizer.recognize(clips)

    model = hf().AutoModel.from_pretrained(folder).eval()
    processor = hf().AutoProcessor.from_pretrained(folder)
    texts = [f"A video of a person doing this: {action}." for action in ACTIONS]
    for clip, given in zip(clips, probabilities, strict=True):
        inputs = processor(text=texts, videos=[arrays(clip)], padding=True, return_tensors="pt")
        expected = forward(model, **inputs).logits_per_video.softmax(-1)[0]
        assert given == pytest.approx(expected.numpy(), abs=1e-5)
    assert np.ptp(probabilities) > 1e-3


@pytest.mark.parametrize("save", [save_clip, save_x_clip, save_videomae])
def test_the_seconds_are_told_apart(save: Callable[[Path], Path], tmp_path: Path) -> None:
    profile = Profile()
    recognizer = load_recognizer(f"hf:{save(tmp_path / 'model')}", device="cpu", profile=profile)
    recognizer.recognize(overlapping_clips(recognizer.frames_per_clip))
    spent = {one.phase: one.seconds for one in profile.seconds()}
    assert min(spent["load"], spent["preprocess"], spent["forward"]) > 0.0


@pytest.mark.parametrize("save", [save_clip, save_siglip])
def test_frames_of_a_clip_are_averaged(save: Callable[[Path], Path], tmp_path: Path) -> None:
    folder = save(tmp_path / "model")
    recognizer = load_recognizer(
        f"hf:{folder}", write_actions(tmp_path / "actions.txt"), device="cpu"
    )
    clips = overlapping_clips(recognizer.frames_per_clip)
    (probabilities,) = recognizer.recognize(clips)

    model = hf().AutoModel.from_pretrained(folder).eval()
    processor = hf().AutoProcessor.from_pretrained(folder)
    texts = [f"A video of a person doing this: {action}." for action in ACTIONS]
    siglip = save is save_siglip  # trained on lower case, and to read the padding
    for clip, given in zip(clips, probabilities, strict=True):
        inputs = processor(
            text=[text.lower() for text in texts] if siglip else texts,
            images=arrays(clip),
            padding="max_length" if siglip else True,
            truncation=True,
            return_tensors="pt",
        )
        if siglip:
            del inputs["attention_mask"]
        expected = forward(model, **inputs).logits_per_image.mean(0).softmax(-1)
        assert given == pytest.approx(expected.numpy(), abs=1e-4)


def test_verbs_and_nouns_of_a_taxonomy_are_chosen_each_for_themselves(tmp_path: Path) -> None:
    folder, words = save_x_clip(tmp_path / "model"), tmp_path / "words.json"
    words.write_text('{"verbs": ["cut", "wash"], "nouns": ["cup", "bread", "knife"]}')
    recognizer = load_recognizer(f"hf:{folder}", str(words), device="cpu")
    assert recognizer.label_sets == (
        LabelSet("verb", ("cut", "wash")),
        LabelSet("noun", ("cup", "bread", "knife")),
    )
    verbs, nouns = recognizer.recognize(overlapping_clips(CLIP_FRAMES))
    assert (verbs.shape, nouns.shape) == ((3, 2), (3, 3))
    assert verbs.sum(axis=1) == pytest.approx(1.0)
    assert nouns.sum(axis=1) == pytest.approx(1.0)


def test_without_labels_those_of_everyday_are_recognised(tmp_path: Path) -> None:
    slots = load_recognizer(f"hf:{save_clip(tmp_path)}", device="cpu").label_sets
    assert [one.slot for one in slots] == ["verb", "noun"]
    assert "pour" in slots[0].labels


def test_a_taxonomy_sums_up_the_actions_of_a_classifier(tmp_path: Path) -> None:
    folder, words = save_videomae(tmp_path / "model"), tmp_path / "words.json"
    words.write_text('{"verbs": ["cut", "wash (clean)"], "nouns": ["bread", "hand", "drawer"]}')
    clips = overlapping_clips(FRAMES)
    (actions,) = load_recognizer(f"hf:{folder}", device="cpu").recognize(clips)
    mapped = load_recognizer(f"hf:{folder}", str(words), device="cpu")
    assert [one.labels for one in mapped.label_sets] == [
        ("cut", "wash"),
        ("bread", "hand", "drawer"),
    ]
    verbs, nouns = mapped.recognize(clips)
    assert verbs == pytest.approx(actions[:, :2])
    assert nouns == pytest.approx(actions[:, :3])
    words.write_text('{"verbs": ["paint"], "nouns": ["canvas"]}')
    strange = load_recognizer(f"hf:{folder}", str(words), device="cpu")
    with pytest.raises(ConfigError, match=r"none of the 4 actions .* of 'words'; give another"):
        _ = strange.label_sets


def test_what_identifies_a_recogniser(tmp_path: Path) -> None:
    video_mae, x_clip = save_videomae(tmp_path / "a"), save_x_clip(tmp_path / "b")
    actions = write_actions(tmp_path / "actions.txt")
    chosen = [(video_mae, None), (video_mae, "everyday"), (x_clip, None), (x_clip, actions)]
    ids = {load_recognizer(f"hf:{folder}", labels, device="cpu").id for folder, labels in chosen}
    assert len(ids) == 4


def test_a_list_of_actions_for_a_model_that_has_its_own(tmp_path: Path) -> None:
    folder = save_videomae(tmp_path / "model")
    with pytest.raises(ConfigError, match=r"knows only the actions .*; give a taxonomy to read"):
        load_recognizer(f"hf:{folder}", write_actions(tmp_path / "actions.txt"))


def test_a_model_of_another_kind(tmp_path: Path) -> None:
    save_idefics3(tmp_path)
    with pytest.raises(ModelError, match=r"'idefics3'\) is not a model that tells actions apart"):
        _ = load_recognizer(f"hf:{tmp_path}", device="cpu").frames_per_clip


def test_a_model_that_was_not_trained_to_tell_actions_apart(tmp_path: Path) -> None:
    config = hf().VideoMAEConfig.from_pretrained(save_videomae(tmp_path))
    hf().VideoMAEModel(config).save_pretrained(tmp_path)
    with pytest.raises(ModelError, match=r"lacks \d+ of the weights of a model that tells"):
        _ = load_recognizer(f"hf:{tmp_path}", device="cpu").label_sets


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    said = r"'MCG-NJU/videomae-base-finetuned-ssv2'.* models pull .*; without a model that tells .*"
    with pytest.raises(ModelError, match=f"{said} are imported with narrations=FILE"):
        load_recognizer("hf:MCG-NJU/videomae-base-finetuned-ssv2")
