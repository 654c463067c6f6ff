"""Watching with a captioner behind an endpoint that the command line names."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from foretell.cli import app
from foretell.tools.decoding.pyav_backend import write_video
from tests.servers.replies import Say
from tests.servers.scripted_server import ScriptedServer
from tests.tools.synthetic_clips import texture


def test_an_endpoint_describes_what_is_shown(tmp_path: Path) -> None:
    clip, library = tmp_path / "clip.mp4", ("--library", str(tmp_path / "library"))
    write_video(clip, [texture(number // 10) for number in range(40)], frames_per_second=10)
    with ScriptedServer([Say("A man walks.")], repeat_last=True, key="no-key-needed") as server:
        there = ("--captioner", f"openai:{server.model}", "--base-url", server.base_url)
        told = CliRunner().invoke(
            app,
            ["watch", str(clip), *there, *library, "--json"],
            env={"FORETELL_READ_SCREEN_TEXT": "false", "FORETELL_EMBEDDER": "hash"},
            catch_exceptions=False,
        )
    events = json.loads(told.stdout)["events"]
    captions = [(one["start"], one["text"]) for one in events if one["kind"] == "caption"]
    assert captions == [(0.0, "A man walks."), (2.0, "A man walks.")]
