"""The commands on models, and watching with one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from foretell.agent.video_indexer import VideoIndexer
from foretell.cli import app
from foretell.config import load_config
from foretell.demo import render_clip
from foretell.errors import ConfigError, ModelError, UnusableModel
from foretell.memory.store import Store
from tests.checkpoints.plugin import CheckpointOf
from tests.servers.model_hub import model_hub
from tests.servers.replies import Say
from tests.servers.scripted_server import ScriptedServer

NOBODY = "http://127.0.0.1:9"


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(word) for word in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def ask(*arguments: object) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(run(*arguments, "--json"))
    return record


def with_hub(
    address: str, cache: Path, *arguments: str, **more: str
) -> subprocess.CompletedProcess[str]:
    """Runs a command in a process of its own, as the hub's address is read when it starts."""
    hub = {"HF_ENDPOINT": address, "HF_HOME": str(cache), "HF_HUB_DISABLE_TELEMETRY": "1"}
    return subprocess.run(
        [sys.executable, "-m", "foretell", "models", *arguments],
        env={**os.environ, **hub, "HF_HUB_DISABLE_PROGRESS_BARS": "1", **more},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_list_names_sizes_and_licences() -> None:
    listed = ask("models", "list")["models"]
    first = listed[0]
    assert (first["job"], first["licence"]) == ("captioner", "Apache-2.0")
    assert first["download_bytes"] < 2e9
    shown = run("models", "list")
    assert f"captioner: {first['id']}" in shown
    assert "download 1.0 GB, Apache-2.0" in shown
    assert "needs foretell[vision]" in shown


def test_a_model_is_checked(captioner_of: CheckpointOf) -> None:
    checked = ask("models", "check", f"hf:{captioner_of('blip2')}", "--device", "cpu")
    assert (checked["model_type"], checked["job"]) == ("blip-2", "a captioner")
    assert (checked["device"], checked["dtype"]) == ("cpu", "float32")
    shown = run("models", "check", f"hf:{captioner_of('git')}", "--device", "cpu")
    assert "(of type 'git') can be a captioner: loaded in " in shown


def test_a_model_of_no_use(captioner_of: CheckpointOf) -> None:
    with pytest.raises(ModelError, match=r"is not a captioner.*; see `foretell models list` for"):
        run("models", "check", f"hf:{captioner_of('text')}")
    with pytest.raises(ConfigError, match=r"'device' is 'gpu9': give auto, cpu, cuda"):
        run("models", "check", f"hf:{captioner_of('git')}", "--device", "gpu9")


def test_a_model_is_fetched_and_found(captioner_of: CheckpointOf, tmp_path: Path) -> None:
    folder = captioner_of("blip")
    with model_hub("somebody/blip", folder) as address:
        pulled = with_hub(address, tmp_path, "pull", "hf:somebody/blip", "--json")
        shown = with_hub(address, tmp_path, "pull", "somebody/blip")
    assert pulled.returncode == 0, pulled.stderr
    there = Path(json.loads(pulled.stdout)["folder"])
    assert (there / "model.safetensors").read_bytes() == (folder / "model.safetensors").read_bytes()
    assert shown.stdout.endswith("use it as hf:somebody/blip\n")
    checked = with_hub(NOBODY, tmp_path, "check", "hf:somebody/blip", "--json")
    assert json.loads(checked.stdout)["model_type"] == "blip"


def test_a_model_that_the_hub_does_not_have(captioner_of: CheckpointOf, tmp_path: Path) -> None:
    with model_hub("somebody/blip", captioner_of("blip")) as address:
        pulled = with_hub(address, tmp_path, "pull", "nobody/blip")
    assert pulled.returncode == 1
    assert pulled.stderr.startswith(
        "foretell: the hub has no model 'nobody/blip' that you may read"
    )


def test_without_a_hub_there_is_one_sentence(tmp_path: Path) -> None:
    name = "HuggingFaceTB/SmolVLM-500M-Instruct"
    for more in ({}, {"HF_HUB_OFFLINE": "1"}):
        pulled = with_hub(NOBODY, tmp_path, "pull", name, **more)
        assert pulled.returncode == 1
        assert pulled.stderr == (
            f"foretell: cannot fetch '{name}' (about 1.0 GB), as the hub cannot be reached; go "
            "online, set HF_ENDPOINT to a mirror, or copy the model's files here and give "
            "hf:FOLDER\n"
        )


def test_a_name_that_the_hub_cannot_have(tmp_path: Path) -> None:
    pulled = with_hub(NOBODY, tmp_path, "pull", "a/b/c")
    assert pulled.returncode == 2
    assert pulled.stderr.startswith("foretell: 'a/b/c' is no name on the hub; give OWNER/NAME")


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return render_clip(tmp_path_factory.mktemp("clips"))


def test_a_video_is_watched_with_a_captioner(
    captioner_of: CheckpointOf, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORETELL_READ_SCREEN_TEXT", "false")
    watching = ["watch", clip, "--captioner", f"hf:{captioner_of('git')}", "--library", tmp_path]
    watched = ask(*watching, "--device", "cpu", "--profile")
    captions = [event for event in watched["events"] if event["source"] == "captioner:git"]
    assert captions[0]["start"] == 0.0
    assert captions[0]["end"] == 2.0
    spent = watched["profile"]
    assert list(spent) == ["open", "load", "decode", "preprocess", "forward", "store"]
    assert min(spent.values()) > 0.0
    assert ask(*watching)["reused"]
    assert "forward 0.00 s" in run(*watching, "--profile")


def test_what_an_endpoint_took_is_told(clip: Path, tmp_path: Path) -> None:
    with ScriptedServer([Say("Tea is made.")], repeat_last=True, tokens=(900, 10)) as server:
        config = load_config(
            library=tmp_path,
            captioner="openai:scripted",
            base_url=server.base_url,
            api_key=server.key,
            prices={"scripted": (1.0, 10.0)},
            embedder="hash",
            caption_seconds=60.0,
            read_screen_text=False,
        )
        with VideoIndexer(config) as indexer:
            watched = indexer.watch(clip)
    assert [e.text for e in watched.timeline.of_kind("caption")] == ["Tea is made."]
    assert watched.notes == ("captions took 900+10 tokens, $0.0010",)


def test_a_captioner_that_is_not_here(clip: Path, tmp_path: Path) -> None:
    told = "captions that were made elsewhere are imported"
    with pytest.raises(UnusableModel, match=told) as raised:
        run("watch", clip, "--captioner", "hf:nobody/nothing", "--library", tmp_path)
    assert raised.value.exit_code == 2
    with Store.open(tmp_path) as store:
        assert store.videos() == ()  # nothing was watched for nothing
