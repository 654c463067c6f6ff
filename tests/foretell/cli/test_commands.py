"""The commands, their JSON and their errors."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from foretell import __version__, demo
from foretell.cli import app
from foretell.config import load_config
from foretell.doctor import examine
from foretell.tools.decoding.pyav_backend import write_video
from foretell.types import Interval
from tests.servers.replies import Say
from tests.servers.scripted_server import ScriptedServer

CAPTIONS = [
    {"start": 0, "end": 2, "text": "A red ball lies on a table"},
    {"start": 2, "end": 4, "text": "A hand picks up the ball"},
]

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of the demo's clip, with one subtitle."""
    file = tmp_path_factory.mktemp("cli") / "ball.mp4"
    pictures = [picture for picture, _ in zip(demo.frames(), range(48), strict=False)]
    cues = [(Interval(0.5, 1.5), "Look at the ball.")]
    write_video(file, pictures, frames_per_second=12, subtitles=cues)
    return file


@pytest.fixture
def captions(tmp_path: Path) -> Path:
    file = tmp_path / "captions.json"
    file.write_text(json.dumps(CAPTIONS))
    return file


def run(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], input=stdin, catch_exceptions=False)


def record(*arguments: str | Path, stdin: str | None = None) -> Any:
    result = run(*arguments, "--json", stdin=stdin)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_watch_gives_the_events_and_does_nothing_twice(
    library: Path, clip: Path, captions: Path
) -> None:
    first = record("watch", clip, "--captions", captions)
    assert first["reused"] is False
    assert first["video"]["duration"] == pytest.approx(4.0, abs=0.1)
    texts = [event["text"] for event in first["events"]]
    assert "A hand picks up the ball" in texts
    assert "Look at the ball." in texts
    event = next(e for e in first["events"] if e["text"] == "A hand picks up the ball")
    assert event == {
        "start": 2.0,
        "end": 4.0,
        "kind": "caption",
        "text": "A hand picks up the ball",
        "source": "captions:captions.json",
        "confidence": None,
    }
    again = record("watch", clip, "--captions", captions)
    assert again["reused"] is True
    assert again["events"] == first["events"]


def test_changed_captions_replace_the_old_ones(library: Path, clip: Path, captions: Path) -> None:
    captions.write_text(json.dumps([{"start": 0, "end": 1, "text": "Something else"}]))
    texts = [e["text"] for e in record("watch", clip, "--captions", captions)["events"]]
    assert "Something else" in texts
    assert "A hand picks up the ball" not in texts
    captions.write_text(json.dumps(CAPTIONS))
    record("watch", clip, "--captions", captions)


def test_ask_keeps_its_contract(library: Path, clip: Path, captions: Path) -> None:
    answer = record("ask", clip, "--captions", captions, "--question", "Who picks up the ball?")
    assert answer["answer"] == "A hand picks up the ball [2.0-4.0 s]."
    assert answer["choice"] is None
    assert answer["evidence"] == [
        {
            "video": str(clip),
            "start": 2.0,
            "end": 4.0,
            "quote": "A hand picks up the ball",
            "source": "captions:captions.json",
        }
    ]
    assert 0 < answer["confidence"] <= 1
    assert answer["model"] == "embedded"
    assert answer["steps"][0]["tool"] == "search_memory"
    assert answer["steps"][0]["seconds"] > 0
    assert answer["usage"] == {"input_tokens": 0, "output_tokens": 0, "cost": 0.0}
    assert answer["seconds"] > 0


def test_ask_chooses(library: Path, clip: Path, captions: Path) -> None:
    choices = ("--choices", "a foot", "--choices", "a hand picks the ball")
    question = ("--question", "What happens to the ball?")
    answer = record("ask", clip, "--captions", captions, *question, *choices)
    assert answer["choice"] == 1


def test_timeline_shows_a_part(library: Path, clip: Path, captions: Path) -> None:
    record("watch", clip, "--captions", captions)
    shown = record("timeline", clip, "--start", "2.5")
    texts = [event["text"] for event in shown["events"]]
    assert "A hand picks up the ball" in texts
    assert "A red ball lies on a table" not in texts
    table = run("timeline", clip).stdout
    assert "A red ball lies on a table" in table
    assert "2.0-4.0 s" in table


def test_people_get_words_and_evidence(library: Path, clip: Path, captions: Path) -> None:
    printed = run("ask", clip, "--captions", captions, "--question", "Who picks the ball?").stdout
    assert "A hand picks up the ball [2.0-4.0 s]." in printed
    assert re.search(r"confidence 0\.\d\d, 1 tool calls, [\d.]+ s, embedded", printed)
    watched = run("watch", clip, "--captions", captions).stdout
    assert "all of it known already" in watched


def test_a_question_may_stand_last(library: Path, clip: Path, captions: Path) -> None:
    run("watch", clip, "--captions", captions)
    question = "Who picks up the ball?"
    told = run("ask", clip, "-q", question).stdout.split(" tool calls")[0]
    assert "A hand picks up the ball [2.0-4.0 s]." in told
    assert run("ask", clip, question).stdout.split(" tool calls")[0] == told


def test_chat_carries_out_commands(library: Path, clip: Path, captions: Path) -> None:
    lines = ["/show", "Who picks up the ball?", "/videos", "/show", "/show 2", "/dance", "/help"]
    typed = "\n".join([*lines, "/quit", "Who?"])
    printed = run("chat", clip, "--captions", captions, stdin=typed).stdout
    assert "no answer of this conversation rests on anything yet; ask something" in printed
    assert f"1 {clip} 0.0-4.0 s, " in printed.replace("\n", " ")
    (strip,) = (library / "frame_strips").glob("*-2.00-4.00.jpg")
    assert f"{strip} 2.0-4.0 s" in printed
    with Image.open(strip) as picture:
        assert picture.width > 5 * picture.height
    assert "the last answer rests on 1 stretches; give a number from 1 on" in printed
    assert "there is no command /dance; /help lists them" in printed
    assert "/quit ends, as an empty line or Ctrl-D does" in printed
    assert "confidence" not in printed.split("/quit ends")[1]


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_the_version(flag: str) -> None:
    assert run(flag).stdout == f"foretell {__version__}\n"


@pytest.mark.parametrize("words", [("-h",), ("ask", "-h"), ("eval", "nextqa", "-h")])
def test_help_is_short(words: tuple[str, ...]) -> None:
    assert "Show this message and exit." in run(*words).stdout


def test_a_shell_completes_commands() -> None:
    asked = {"_FORETELL_COMPLETE": "complete_bash", "COMP_WORDS": "foretell ti", "COMP_CWORD": "1"}
    told = CliRunner().invoke(app, [], prog_name="foretell", env=asked)
    assert told.stdout.split() == ["timeline"]


def test_chat_talks_and_goes_on(library: Path, clip: Path, captions: Path) -> None:
    asked = "Who picks up the ball?\nAnd before that?\n\n"
    lines = run("chat", clip, "--captions", captions, "--json", stdin=asked).stdout.splitlines()
    first, second = (json.loads(line) for line in lines)
    assert first["evidence"][0]["start"] == 2.0
    assert second["evidence"][0]["start"] == 0.0
    name = first["conversation"]
    assert name == second["conversation"]
    resumed = run("chat", "--resume", name, stdin="And after that?\n")
    assert "search_memory" in resumed.stdout or "read_timeline" in resumed.stdout
    assert "A hand picks up the ball" in resumed.stdout
    listed = record("chat", "--list")
    assert listed[0]["id"] == name
    assert listed[0]["title"] == "Who picks up the ball?"
    assert name in run("chat", "--list").stdout


def test_doctor_names_every_part(library: Path) -> None:
    found = {finding["part"]: finding for finding in record("doctor")}
    assert found["av"]["ok"]
    assert found["embedder"]["found"].startswith("hash")
    assert found["model"]["found"] == "embedded: needs no key and no network"
    for part in ("vision model", "frame scorer", "moment judge", "captioner", "recognizer"):
        assert not found[part]["ok"]
        assert found[part]["found"].startswith(f"none is set; set {part.replace(' ', '_')} to hf:")
    assert (
        "whisper:NAME or whisper:FOLDER (needs foretell[speech])" in found["transcriber"]["found"]
    )
    assert "looks at frames again" in found["vision model"]["adds"]
    assert str(library) in found["library"]["found"]
    assert "embedded: needs no key" in run("doctor").stdout


def test_doctor_tells_which_models_would_load(library: Path, tmp_path: Path) -> None:
    named = {
        "captioner": "hf:nobody/nothing",
        "moment_judge": "hf:nobody/nothing",
        "recognizer": "hf:nobody/nothing",
        "transcriber": f"whisper:{tmp_path}",
    }
    parts = {finding.part: finding for finding in examine(load_config(**named))}
    for part in ("captioner", "moment judge", "recognizer"):
        assert not parts[part].ok
        assert "fetch it with `foretell models pull nobody/nothing`" in parts[part].found
    assert "is no Whisper model in CTranslate2's form" in parts["transcriber"].found
    there = load_config(base_url="http://127.0.0.1:9/v1", captioner="openai:m", api_key="k")
    seen = {finding.part: finding for finding in examine(there)}["captioner"]
    assert (seen.ok, seen.found) == (True, "openai:m at http://127.0.0.1:9/v1")


def test_doctor_tells_that_an_endpoint_is_dead(library: Path) -> None:
    found = record("doctor", "--model", "m", "--base-url", "http://127.0.0.1:9/v1")
    model = next(finding for finding in found if finding["part"] == "model")
    assert not model["ok"]
    assert "http://127.0.0.1:9/v1 (model 'm') cannot be reached" in model["found"]


def foretell(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs the command as a user does."""
    command = [sys.executable, "-m", "foretell", *(str(a) for a in arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("watch", "no-such.mp4"), 2, "'no-such.mp4' does not exist; check the path"),
        (("watch", "http://127.0.0.1:9/a.mp4"), 2, "is a URL; only local files are opened"),
        (("ask", "no-such.mp4", "--question", "What?"), 2, "no-such.mp4"),
        (("chat", "--resume", "nonsense"), 2, "there is no conversation 'nonsense'"),
        (("chat",), 2, "no video was given"),
        (("ask", "no-such.mp4"), 2, "--question"),
        (("fly",), 2, "No such command 'fly'"),
    ],
)
def test_a_users_mistake_is_one_sentence(
    library: Path, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    ended = foretell(*arguments)
    assert ended.returncode == code
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr


def test_machines_get_the_error_as_json_too(library: Path) -> None:
    ended = foretell("watch", "no-such.mp4", "--json")
    assert json.loads(ended.stdout)["error"]["kind"] == "VideoError"


def test_more_mistakes_in_words(library: Path, clip: Path, captions: Path) -> None:
    from foretell.errors import ConfigError

    with pytest.raises(ConfigError, match="--start 3 must not lie after --end 1"):
        run("timeline", clip, "--start", "3", "--end", "1")
    with pytest.raises(ConfigError, match="--captions describes one video, and 2 were given"):
        run("ask", clip, clip, "--captions", captions, "--question", "What?")
    with pytest.raises(ConfigError, match="model 'm' needs a key or an endpoint"):
        run("ask", clip, "--question", "What?", "--model", "m")
    with pytest.raises(ConfigError, match=r"strategy must be one of one-call, .*, got 'guess'"):
        run("ask", clip, "--question", "What?", "--strategy", "guess")


def test_ask_shows_a_model_the_timeline_in_one_call(
    library: Path, clip: Path, captions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("watch", clip, "--captions", captions)
    said = "A hand picks it up [2.0-4.0 s].\nChoice: B\nConfidence: 0.9"
    with ScriptedServer([Say(said)]) as server:
        monkeypatch.setenv("OPENAI_API_KEY", server.key)
        answer = record(
            *("ask", clip, "--question", "What picks the ball up?", "--strategy", "one-call"),
            *("--choices", "a foot", "--choices", "a hand"),
            *("--model", server.model, "--base-url", server.base_url),
        )
    assert "0-2 s: A red ball lies on a table" in server.requests[0].messages[-1]["content"]
    assert (answer["choice"], answer["confidence"]) == (1, 0.9)
    assert [one["quote"] for one in answer["evidence"]] == ["A hand picks up the ball"]


def test_help_is_there() -> None:
    shown = run("--help").stdout
    for command in ("watch", "timeline", "ask", "chat", "demo", "doctor"):
        assert command in shown
