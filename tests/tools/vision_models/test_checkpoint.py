"""Models are loaded from this machine, or one sentence says why not."""

from __future__ import annotations

import gc
import importlib
import json
import os
import shutil
import subprocess
import sys
import weakref
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from foretell.errors import ConfigError, MissingExtra, ModelError
from foretell.tools.captioning.image_text_captioner import CAPTIONER
from foretell.tools.vision_models.catalog import catalog, find_entry, in_words
from foretell.tools.vision_models.checkpoint import Checkpoint
from foretell.tools.vision_models.device import Device, choose_device
from foretell.tools.vision_models.image_text_answerer import ANSWERER
from foretell.tools.vision_models.loading import load as load_model
from tests.checkpoints.plugin import CheckpointOf


@pytest.fixture
def blip(captioner_of: CheckpointOf, tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    return Path(shutil.copytree(captioner_of("blip"), tmp_path / "blip"))


@pytest.fixture(scope="session")
def cpu() -> Device:
    return choose_device("cpu")


def load(folder: Path | str, device: Device) -> Any:
    return load_model(Checkpoint(str(folder)), CAPTIONER, device)


def test_a_model_is_loaded_ready_to_run(blip: Path, cpu: Device) -> None:
    loaded = load(blip, cpu)
    assert type(loaded.model).__name__ == "BlipForConditionalGeneration"
    assert not loaded.model.training
    assert str(loaded.model.dtype) == "torch.float32"
    assert loaded.device == cpu


def test_its_numbers_are_those_of_the_device(blip: Path, cpu: Device) -> None:
    loaded = load(blip, Device("cpu", "bfloat16", cpu.memory_bytes))
    assert str(loaded.model.dtype) == "torch.bfloat16"


@pytest.mark.parametrize("given", ["blip", "hf:", "hf: ", "openai:gpt"])
def test_a_name_without_its_prefix(given: str) -> None:
    with pytest.raises(ConfigError, match="names no model; give hf:FOLDER, or hf:OWNER/NAME"):
        Checkpoint.parse(given)


def test_the_id_follows_the_weights_and_not_the_place(blip: Path, tmp_path: Path) -> None:
    before = Checkpoint(str(blip)).id
    moved = Path(shutil.copytree(blip, tmp_path / "elsewhere" / "blip"))
    assert Checkpoint(str(moved)).id == before
    assert before.startswith("hf:blip@")
    weights = moved / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x07")
    assert Checkpoint(str(moved)).id != before


@pytest.mark.parametrize(
    "name", ["generation_config.json", "processor_config.json", "chat_template.jinja"]
)
def test_the_id_follows_the_settings_that_change_what_it_says(blip: Path, name: str) -> None:
    before = Checkpoint(str(blip)).id
    (blip / name).write_text(json.dumps({"num_beams": 7}))
    assert Checkpoint(str(blip)).id != before


def test_the_id_follows_weights_in_the_middle_of_large_files(blip: Path) -> None:
    weights = blip / "model.safetensors"
    weights.write_bytes(bytes(16 << 20))
    before = Checkpoint(str(blip)).id
    weights.write_bytes(bytes(4 << 20) + b"\x07" * (8 << 20) + bytes(4 << 20))
    assert Checkpoint(str(blip)).id != before


def test_weights_in_several_files(blip: Path, cpu: Device) -> None:
    model = load(blip, cpu).model
    (blip / "model.safetensors").unlink()
    model.save_pretrained(blip, max_shard_size="20KB")
    checkpoint = Checkpoint(str(blip))
    assert len(checkpoint.weights) > 1
    (blip / "extra.safetensors").write_bytes(b"of something else")
    assert Checkpoint(str(blip)).id == checkpoint.id
    assert load(blip, cpu).model.num_parameters() == model.num_parameters()
    checkpoint.weights[0].unlink()
    with pytest.raises(ModelError, match=r"cannot read 'model-00001-of-.*safetensors' in"):
        load(blip, cpu)
    (blip / "model.safetensors.index.json").write_text("{")
    with pytest.raises(ModelError, match=r"index\.json' is not JSON; copy the model's files again"):
        load(blip, cpu)


def test_a_damaged_configuration(blip: Path, cpu: Device) -> None:
    (blip / "config.json").write_text("[]")
    with pytest.raises(ModelError, match=r"config\.json' holds no JSON object; copy the model's"):
        _ = Checkpoint(str(blip)).model_type
    with pytest.raises(ModelError, match=r"cannot load the model .* as a captioner: "):
        load(blip, cpu)


def test_a_damaged_tokenizer(blip: Path, cpu: Device) -> None:
    (blip / "tokenizer.json").write_text('{"model": {"type": "of no kind"}}')
    with pytest.raises(ModelError, match=r"cannot load the model .*; see that its folder is whole"):
        load(blip, cpu)


def test_a_model_that_is_not_here(cpu: Device) -> None:
    name = "HuggingFaceTB/SmolVLM-500M-Instruct"
    with pytest.raises(ModelError) as raised:
        load(f"{name}-of-nobody", cpu)
    assert str(raised.value) == (
        f"the model '{name}-of-nobody' is not on this machine; fetch it with `foretell models pull "
        f"{name}-of-nobody`, or copy its files here and give hf:FOLDER; without a captioner, "
        "captions that were made elsewhere are imported with captions=FILE"
    )
    assert not Checkpoint(f"{name}-of-nobody").is_here


def test_a_folder_that_is_not_there(tmp_path: Path, cpu: Device) -> None:
    with pytest.raises(ModelError, match=r"there is no folder '.*/nothing'; see that its path"):
        load(tmp_path / "nothing", cpu)


def test_an_empty_folder(tmp_path: Path, cpu: Device) -> None:
    with pytest.raises(ModelError, match=r"cannot load the model .* as a captioner: "):
        load(tmp_path, cpu)
    with pytest.raises(ModelError, match=r"cannot read 'config.json' in .*; give a folder that"):
        _ = Checkpoint(str(tmp_path)).id


def test_a_model_of_another_kind(captioner_of: CheckpointOf, cpu: Device) -> None:
    with pytest.raises(
        ModelError, match=r"text' \(of type 'llama'\) is not a captioner; see `foretell models list"
    ):
        load(captioner_of("text"), cpu)


def test_weights_that_are_cut_off(blip: Path, cpu: Device) -> None:
    weights = blip / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    with pytest.raises(ModelError, match=r"cannot load the model .*; see that its folder is whole"):
        load(blip, cpu)


def test_weights_that_are_gone(blip: Path, cpu: Device) -> None:
    (blip / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"cannot load the model .* as a captioner: "):
        load(blip, cpu)


def test_weights_that_lack_a_layer_are_not_made_up(blip: Path, cpu: Device) -> None:
    safetensors: Any = importlib.import_module("safetensors.torch")
    weights = safetensors.load_file(blip / "model.safetensors")
    lost = "vision_model.encoder.layers.0.mlp.fc1.weight"
    del weights[lost]
    safetensors.save_file(weights, blip / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=f"lacks 1 of the weights of a captioner, such as '{lost}"):
        load(blip, cpu)


def test_a_model_that_is_held_in_smaller_numbers_where_others_do_not_fit(
    blip: Path, cpu: Device, caplog: pytest.LogCaptureFixture
) -> None:
    values = load(blip, cpu).model.num_parameters()
    loaded = load(blip, Device("cpu", "float32", 4 * values - 1))
    assert str(loaded.model.dtype) == "torch.bfloat16"
    assert loaded.device.dtype == "bfloat16"
    assert "is held in bfloat16, as it does not fit into memory in float32" in caplog.text


def test_a_model_that_has_several_jobs_is_held_once(blip: Path, cpu: Device) -> None:
    held = load(blip, cpu)
    assert load_model(Checkpoint(str(blip)), ANSWERER, cpu) is held
    assert load(blip, Device("cpu", "bfloat16", cpu.memory_bytes)) is not held


def test_a_model_that_nobody_uses_is_let_go(blip: Path, cpu: Device) -> None:
    model = weakref.ref(load(blip, cpu).model)
    gc.collect()
    assert model() is None


def test_a_model_that_is_too_large(blip: Path) -> None:
    with pytest.raises(
        ModelError, match=r"takes 0 MB in bfloat16, and cpu has 0 MB free; close other programs"
    ):
        load(blip, Device("cpu", "float32", 1000))


@pytest.mark.skipif(find_spec("torchvision") is not None, reason="torchvision is installed")
def test_a_model_of_videos_names_the_extra_that_it_needs(
    captioner_of: CheckpointOf, tmp_path: Path, cpu: Device
) -> None:
    folder = Path(shutil.copytree(captioner_of("idefics3"), tmp_path / "smolvlm"))
    for name, key, value in (
        ("config.json", "model_type", "smolvlm"),
        ("processor_config.json", "processor_class", "SmolVLMProcessor"),
    ):
        settings = json.loads((folder / name).read_bytes())
        (folder / name).write_text(json.dumps({**settings, key: value}))
    of_videos = {"video_processor_type": "SmolVLMVideoProcessor"}
    (folder / "video_preprocessor_config.json").write_text(json.dumps(of_videos))
    with pytest.raises(MissingExtra, match=r"pip install 'foretell\[vision\]'"):
        load(folder, cpu)


def test_a_torchvision_that_does_not_fit_torch(blip: Path, tmp_path: Path) -> None:
    broken = tmp_path / "packages" / "torchvision"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise RuntimeError('nms does not exist')")
    metadata = broken.parent / "torchvision-0.28.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: torchvision\nVersion: 0.28.0")
    program = (
        "from foretell.errors import ModelError\n"
        "from foretell.tools.vision_models.checkpoint import Checkpoint\n"
        "from foretell.tools.vision_models.device import choose_device\n"
        "from foretell.tools.vision_models.loading import Kind, load\n"
        "kind = Kind('a captioner', 'AutoModelForImageTextToText', 'AutoProcessor', '')\n"
        f"try: load(Checkpoint({str(blip)!r}), kind, choose_device('cpu'))\n"
        "except ModelError as error: print(error)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(broken.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "see that torchvision, where it is installed, fits torch" in ran.stdout


def test_the_catalog_is_whole() -> None:
    entries = catalog()
    assert len({entry.id for entry in entries}) == len(entries)
    assert {entry.job for entry in entries} == {"captioner", "recognizer", "frame scorer"}
    assert all(entry.licence and entry.purpose and entry.machine for entry in entries)
    first = next(entry for entry in entries if entry.job == "captioner")
    assert first.parameters_millions is not None
    assert first.parameters_millions < 1000
    assert not first.extra
    assert find_entry(first.id) is first
    assert find_entry("nobody/nothing") is None


def test_sizes_in_words() -> None:
    assert [in_words(n) for n in (513_000_000, 1_020_000_000)] == ["513 MB", "1.0 GB"]
    assert {entry.size for entry in catalog() if entry.download_bytes is None} <= {"unknown"}
