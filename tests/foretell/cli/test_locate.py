"""`foretell locate` and `foretell eval ual-bench`: JSON, what people read, and errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from foretell.cli import app
from foretell.errors import ConfigError


@pytest.fixture(scope="module", autouse=True)
def _library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORETELL_LIBRARY", str(tmp_path_factory.mktemp("library")))
        patch.setenv("FORETELL_READ_SCREEN_TEXT", "false")
        yield


def located(*arguments: str) -> dict[str, Any]:
    run = CliRunner().invoke(app, ["locate", *arguments, "--json"], catch_exceptions=False)
    assert run.exit_code == 0
    record: dict[str, Any] = json.loads(run.stdout)
    return record


def test_the_kitchen_clip_tells_when_and_when_never(kitchen: tuple[str, ...]) -> None:
    taken = located(*kitchen, "--query", "picks up the milk")
    (first, *_) = taken["moments"]
    assert first["start"] < 24.0
    assert first["end"] > 22.0
    assert "milk" in first["evidence"][0]["text"]
    assert not taken["none"]
    assert taken["usage"]["input_tokens"] == 0
    poured = located(*kitchen, "--query", "pours the milk")["moments"][0]
    assert poured["start"] < 41.0
    assert poured["end"] > 36.0
    never = located(*kitchen, "--query", "drinks the milk")
    assert (never["moments"], never["none"]) == ([], True)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("a dog barks", "absent"),
        ("an aeroplane takes off", "absent"),
        ("two goats climb a rock", "absent"),
        ("drinks the milk", "unknown"),
        ("empties the bottle of milk over the sink", "unknown"),
    ],
)
def test_what_captions_tell_much_like_is_not_denied(
    kitchen: tuple[str, ...], query: str, status: str
) -> None:
    found = located(*kitchen, "--query", query)
    assert (found["status"], found["moments"]) == (status, [])


def test_several_moments_are_found_by_motion_alone(videos: Path) -> None:
    clip = str(videos / "static_six_visitors_139s.mp4")
    empty = located(clip, "--query", "when is the scene empty?", "--k", "7")["moments"]
    assert sorted(round(one["start"]) for one in empty) == [0, 20, 45, 71, 87, 121, 137]
    arrivals = located(clip, "--query", "when does somebody arrive?", "--k", "6")["moments"]
    assert sorted(round(one["start"]) for one in arrivals) == [6, 23, 50, 75, 92, 124]


def test_people_read_times_and_what_they_rest_on(kitchen: tuple[str, ...]) -> None:
    command = ["locate", *kitchen, "--query"]
    run = CliRunner().invoke(app, [*command, "pours the milk"], catch_exceptions=False)
    assert "38.0-40.0 s" in run.stdout or "36.0-" in run.stdout
    assert "pours the milk into the" in run.stdout
    run = CliRunner().invoke(app, [*command, "a dog barks"], catch_exceptions=False)
    assert "no moment (absent): nothing in the timeline shows it" in run.stdout


def test_a_blank_query_is_refused(kitchen: tuple[str, ...]) -> None:
    run = CliRunner().invoke(app, ["locate", *kitchen, "--query", " "])
    assert isinstance(run.exception, ConfigError)
    assert str(run.exception) == "the query ' ' is blank; say what happens"


def test_an_evaluation_prints_what_beats_it_without_a_look(tmp_path: Path) -> None:
    for folder, content in (
        ("annotations", {"start_time": 1.0, "end_time": 2.0, "description": "he falls"}),
        ("text_representations", {"text_rep": "0.0s: a man.\n1.0s: he falls.\n"}),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "made.json").write_text(json.dumps({"clip": content}))
    replies = tmp_path / "replies.json"
    replies.write_text(json.dumps({"clip": "Start time: 1.0s, end time: 0.5s"}))
    command = ["eval", "ual-bench", "--data", str(tmp_path), "--model", f"replay:{replies}"]
    run = CliRunner().invoke(app, command, catch_exceptions=False)
    assert "1 queries, per cent" in run.stdout
    assert "replies read with: swapped 1" in run.stdout
    record = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)
    assert record["td"]["3"] == 100.0
