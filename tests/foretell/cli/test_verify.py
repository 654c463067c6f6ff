"""`foretell ask --html` and `foretell verify`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from foretell import demo
from foretell.cli import app
from foretell.tools.decoding.pyav_backend import write_video

CAPTIONS = [
    {"start": 0, "end": 2, "text": "A red ball lies on a [bold]table[/bold]"},
    {"start": 2, "end": 4, "text": "A hand picks up the ball"},
]
QUESTION = "Who picks up the ball?"
pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of the demo's clip, with captions beside it."""
    file = tmp_path_factory.mktemp("verify") / "ball.mp4"
    pictures = [picture for picture, _ in zip(demo.frames(), range(48), strict=False)]
    write_video(file, pictures, frames_per_second=12)
    (file.parent / "captions.json").write_text(json.dumps(CAPTIONS))
    return file


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)


@pytest.fixture
def page(clip: Path, tmp_path: Path) -> Path:
    file = tmp_path / "ball.html"
    asked = run("ask", clip, QUESTION, "--captions", clip.parent / "captions.json", "--html", file)
    assert asked.exit_code == 0, asked.output
    assert "A hand picks up the ball [2.0-4.0 s]." in asked.stdout
    assert f"wrote {file}, seal " in asked.stderr
    return file


def test_a_true_page_holds(page: Path, clip: Path) -> None:
    checked = run("verify", page, "--video", clip)
    assert checked.exit_code == 0, checked.output
    assert "1. 2.0-4.0 s A hand picks up the ball" in checked.stdout
    assert "  holds quote: it stands in the timeline of this library" in checked.stdout
    assert "  holds frames: 3 are the video's to the last bit" in checked.stdout
    assert checked.stdout.splitlines()[-1] == "all 8 checks hold"
    told = json.loads(run("verify", page, "--json").stdout)
    assert (told["state"], told["holds"]) == ("holds", True)
    assert told["citations"][0]["findings"][1] == {
        "what": "quote",
        "state": "holds",
        "why": "it stands in the timeline of this library",
    }
    assert run("verify", page, "--seal", told["seal"]).exit_code == 0
    assert run("verify", page, "--seal", "0" * 64).exit_code == 1


def test_without_video_and_library_it_says_what_it_could_not_check(
    page: Path, tmp_path: Path
) -> None:
    checked = run("verify", page, "--library", tmp_path / "none")
    assert checked.exit_code == 0
    assert "  not checked frames: it is not at hand: give it, as in `--video ball.mp4`" in (
        checked.stdout
    )
    assert checked.stdout.splitlines()[-1] == "4 of 8 checks could not be made; the others hold"


def test_an_edited_page_ends_with_one(page: Path) -> None:
    page.write_bytes(page.read_bytes().replace(b"A hand picks", b"A foot picks", 1))
    checked = run("verify", page)
    assert checked.exit_code == 1
    assert "  does not hold page: it shows something else than its record holds" in checked.stdout
    assert checked.stdout.splitlines()[-1] == "1 of 8 checks do not hold"
    assert json.loads(run("verify", page, "--json").stdout)["holds"] is False


def test_json_stays_alone_on_standard_output(clip: Path, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    choices = ["--choices", "a hand", "--choices", "a dog"]
    asked = run("ask", clip, QUESTION, *choices, "--html", file, "--json")
    assert json.loads(asked.stdout)["answer"]
    assert "A: a hand" in file.read_text()
    assert run("verify", file).exit_code == 0


def test_a_page_that_cannot_be_written_is_told_before_anything_is_asked(
    clip: Path, library: Path, tmp_path: Path
) -> None:
    before = clip.read_bytes()
    command = [sys.executable, "-m", "foretell", "ask", str(clip), QUESTION, "--html", str(clip)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "it is left as it is: name another file" in ended.stderr
    assert clip.read_bytes() == before
    assert not library.exists()


@pytest.mark.parametrize("content", [None, b"", b"<html>hello</html>", b"\xff\xfe\x00" * 50])
def test_what_is_no_page_ends_with_two_and_a_sentence(
    content: bytes | None, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    if content is not None:
        file.write_bytes(content)
    command = [sys.executable, "-m", "foretell", "verify", str(file)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith("foretell: ")
    assert len(ended.stderr.splitlines()) == 1
    assert "foretell ask --html" in ended.stderr
