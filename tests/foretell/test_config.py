"""Settings from file, environment and arguments."""

from __future__ import annotations

from pathlib import Path

import pytest

from foretell.config import load_config
from foretell.doctor import examine
from foretell.errors import ConfigError, MissingExtra


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "config.toml"
    monkeypatch.setenv("FORETELL_CONFIG", str(file))
    return file


def test_arguments_beat_the_environment_which_beats_the_file(
    settings_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_file.write_text('max_steps = 3\nmodel = "of-the-file"\nembedder = "hash"\n')
    monkeypatch.setenv("FORETELL_MAX_STEPS", "4")
    monkeypatch.setenv("FORETELL_MODEL", "of-the-environment")
    config = load_config(max_steps=5, model=None)
    assert (config.max_steps, config.model, config.embedder) == (
        5,
        "of-the-environment",
        "hash",
    )


def test_the_names_that_openai_uses_are_read(
    settings_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:1/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    config = load_config()
    assert config.base_url == "http://localhost:1/v1"
    assert config.api_key is not None
    assert config.api_key.get_secret_value() == "secret"
    assert "secret" not in repr(config)


def test_the_default_needs_no_model(settings_file: Path) -> None:
    assert load_config().model == "embedded"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"max_steps": 0}, "setting 'max_steps' is 0: "),
        ({"video_backend": "vlc"}, "setting 'video_backend' is 'vlc'"),
        ({"no_such_setting": 1}, "setting 'no_such_setting': "),
        ({"device": "gpu"}, "setting 'device' is 'gpu': give auto, cpu, cuda, cuda:1 "),
    ],
)
def test_a_wrong_setting_is_named(
    settings_file: Path, arguments: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=sentence):
        load_config(**arguments)


def test_a_broken_file_is_named(settings_file: Path) -> None:
    settings_file.write_text("model = ")
    with pytest.raises(ConfigError, match="is not valid TOML"):
        load_config()


def test_a_missing_extra_prints_the_install_line() -> None:
    with pytest.raises(ConfigError, match=r"pip install 'foretell\[ocr\]'"):
        raise MissingExtra("reading on-screen text", "ocr")


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("FORETELL_MODLE", "FORETELL_MODEL"),
        ("FORETELL_VISIONMODEL", "FORETELL_VISION_MODEL"),
        ("FORETELL_CONFG", "FORETELL_CONFIG"),
        ("FORETELL_CAPTION", "FORETELL_CAPTIONER"),
    ],
)
def test_a_misspelt_variable_is_refused_with_the_nearest_name(
    settings_file: Path, monkeypatch: pytest.MonkeyPatch, misspelt: str, meant: str
) -> None:
    monkeypatch.setenv(misspelt, "x")
    sentence = f"the environment sets {misspelt}, and there is no such setting; the nearest is "
    with pytest.raises(ConfigError, match=f"{sentence}{meant}"):
        load_config()


def test_a_variable_of_another_program_is_left_alone_and_told_by_the_doctor(
    settings_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORETELL_PYTHON", "python3")
    findings = {finding.part: finding for finding in examine(load_config(embedder="hash"))}
    assert not findings["FORETELL_PYTHON"].ok


@pytest.mark.parametrize("device", ["auto", "cpu", "cuda", "cuda:1", "mps"])
def test_a_device_is_named_as_torch_names_it(settings_file: Path, device: str) -> None:
    assert load_config(device=device).device == device
