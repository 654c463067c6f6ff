"""No secret leaves: not in errors, on a terminal, in JSON or in a conversation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from foretell.agent.chat import Chat
from foretell.agent.video_agent import VideoAgent
from foretell.cli import app
from foretell.cli.screen import plain
from foretell.config import Config, load_config
from foretell.errors import ConfigError, ForetellError
from foretell.types import Event, Interval, VideoInfo

KEY = "key-of-nobody-0123456789"


@pytest.mark.parametrize(
    "settings",
    [
        f'apikey = "{KEY}"',
        f'[prices]\nx = [1.0, 2.0]\napi_key = "{KEY}"',
        f'[openai]\napi_key = "{KEY}"',
        "api_key = 123456789012345",
        f'api_key = ["{KEY}"]',
        f'max_steps = ["{KEY}"]',
        f'base_url = "http://name:{KEY}@localhost:8000/v1"',
    ],
)
def test_a_wrong_setting_is_named_without_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(settings)
    monkeypatch.setenv("FORETELL_CONFIG", str(file))
    with pytest.raises(ConfigError, match=r"setting '[a-z_.]+'") as raised:
        load_config()
    told = f"{raised.value} {raised.value.__cause__!r}"
    assert KEY not in told
    assert "123456789012345" not in told
    assert KEY not in CliRunner().invoke(app, ["doctor", "--json"]).output


def test_values_that_are_no_secret_are_told() -> None:
    with pytest.raises(ConfigError, match="setting 'device' is 'gpu': give auto"):
        load_config(device="gpu")
    with pytest.raises(ConfigError, match="setting 'max_steps' is 0: "):
        load_config(max_steps=0)


def test_a_key_that_somebody_echoes_is_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    from foretell.cli.console.progress import write_json

    config = Config(api_key=KEY)  # type: ignore[arg-type]
    assert KEY not in repr(config)
    error = ForetellError(f"the endpoint answered 401: wrong key {KEY}")
    assert str(error) == "the endpoint answered 401: wrong key [key]"
    assert plain(f"Bearer {KEY}") == "Bearer [key]"
    write_json({"text": f"it is {KEY}"})
    assert json.loads(capsys.readouterr().out) == {"text": "it is [key]"}


def test_a_conversation_keeps_no_key(tmp_path: Path) -> None:
    Config(api_key=KEY)  # type: ignore[arg-type]
    settings = load_config(library=tmp_path, embedder="hash")
    video = VideoInfo("a.mp4", "0", Interval(0.0, 9.0), 2, 2, "h264")
    with VideoAgent(settings) as agent:
        store = agent.library.store
        store.put_video(video)
        store.begin_track("0", "captions:a", "")
        said = Event(Interval(0.0, 1.0), "caption", f"an onion is cut, says {KEY}", "captions:a")
        store.append_event("0", said)
        talk = Chat.begin(agent, (video,))
        assert talk.ask(f"When is the onion cut? {KEY}").evidence
        kept = str(agent.library.conversations.messages(talk.id))
    assert KEY not in kept
    assert "[key]" in kept


def test_a_word_that_serves_as_a_key_is_left_in_texts() -> None:
    Config(api_key="none")  # type: ignore[arg-type]
    assert plain("none of them") == "none of them"
