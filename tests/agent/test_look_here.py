"""Frames looked at again by a model on this machine."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from foretell.config import load_config
from foretell.doctor import examine
from foretell.errors import ConfigError
from foretell.memory.kept_texts import KeptTexts
from foretell.tools.vision_models.kept_captions import CAPTIONS_NAME
from foretell.types import Answer
from tests.agent.endpoint_agent import tool_results
from tests.agent.seeing_agent import LOOK, ask, cite_last, seeing, write_wall
from tests.checkpoints.plugin import CheckpointOf
from tests.servers.replies import Call, Say, ScriptLine
from tests.servers.scripted_server import ScriptedServer


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_wall(tmp_path_factory.mktemp("clips") / "wall.mp4")


def vision_model(folder: Path) -> dict[str, str]:
    return {"vision_model": f"hf:{folder}", "device": "cpu"}


@pytest.mark.parametrize("family", ["llava", "blip2"])
def test_what_it_says_is_cited_and_kept(
    tmp_path: Path, clip: Path, captioner_of: CheckpointOf, family: str
) -> None:
    with (
        ScriptedServer([LOOK, cite_last]) as server,
        seeing(server, tmp_path, clip, **vision_model(captioner_of(family))) as (agent, info),
    ):
        answer = ask(agent, [info])
        (kept,) = [e for e in agent.timeline(clip) if e.source.startswith("look_at")]
    assert answer.text == "It grows brighter [1.0-5.0 s]."
    (cited,) = answer.evidence
    assert (cited.quote, cited.source) == (kept.text, f"look_at:{family}")
    assert tool_results(server.requests[1])[0].endswith(f"1-5 s look: {kept.text}")
    assert len(server.requests) == 2, "the pictures go to no endpoint"


@pytest.mark.parametrize("kept", [True, False])
def test_the_same_look_is_taken_once(
    tmp_path: Path, clip: Path, captioner_of: CheckpointOf, kept: bool
) -> None:
    script: list[ScriptLine] = [LOOK, cite_last]
    settings = {**vision_model(captioner_of("llava")), "cache_responses": kept}
    for again in (False, True):
        with (
            ScriptedServer(script) as server,
            seeing(server, tmp_path, clip, **settings) as (agent, info),
        ):
            answer = ask(agent, [info], f"What is it, {again}?")
            agent.library.store.forget_video(info.content_hash)
        if kept and not again:
            with closing(sqlite3.connect(tmp_path / CAPTIONS_NAME)) as answers:
                ((key,),) = answers.execute("SELECT key FROM captions")
            KeptTexts(tmp_path / CAPTIONS_NAME, "captions", "text").keep({key: "It was kept."})
    assert answer.evidence[0].quote.endswith('": It was kept.') is kept
    assert (tmp_path / CAPTIONS_NAME).exists() is kept


def test_looks_at_once_take_turns(tmp_path: Path, clip: Path, captioner_of: CheckpointOf) -> None:
    starts = [0.0, 1.0, 2.0, 3.0, 4.0]
    calls = [
        Call("look_at", {"start": start, "end": start + 1, "question": "What?"}) for start in starts
    ]
    with (
        ScriptedServer([calls, cite_last]) as server,
        seeing(server, tmp_path, clip, **vision_model(captioner_of("llava"))) as (agent, info),
    ):
        ask(agent, [info])
        looks = [e for e in agent.timeline(clip) if e.source.startswith("look_at")]
    assert len(tool_results(server.requests[-1])) == len(calls)
    told = [look.interval.start for look in looks]
    assert told == [start for start in starts if start in told], "random weights may say nothing"
    assert len({look.text for look in looks}) > 1


@pytest.mark.parametrize(
    ("family", "told"),
    [
        ("llava", None),
        ("blip", "reads no questions; set vision_model to one that does (foretell models list)"),
        ("text", "is not a model that answers questions about pictures"),
        (None, "is not on this machine; fetch it with `foretell models pull no-one/nothing`"),
    ],
)
def test_it_is_offered_when_it_can_work_and_the_doctor_says_why_not(
    tmp_path: Path, clip: Path, captioner_of: CheckpointOf, family: str | None, told: str | None
) -> None:
    folder = Path("no-one/nothing") if family is None else captioner_of(family)
    with (
        ScriptedServer([Say("Nothing.")], repeat_last=True) as server,
        seeing(server, tmp_path, clip, **vision_model(folder)) as (agent, info),
    ):
        ask(agent, [info])
    assert ("look_at" in server.requests[0].tool_names) is (told is None)
    config = load_config(library=tmp_path, embedder="hash", **vision_model(folder))
    (found,) = [finding for finding in examine(config) if finding.part == "vision model"]
    assert found.ok is (told is None)
    assert (told or f"hf:{folder} on this machine") in found.found


def test_special_words_in_a_question_are_told_to_the_planner(
    tmp_path: Path, clip: Path, captioner_of: CheckpointOf
) -> None:
    look = Call("look_at", {"start": 0.0, "end": 1.0, "question": "What is an <image>?"})
    with (
        ScriptedServer([look, Say("It cannot be asked.")]) as server,
        seeing(server, tmp_path, clip, **vision_model(captioner_of("llava"))) as (agent, info),
    ):
        answer = ask(agent, [info])
    assert isinstance(answer, Answer)
    assert "the model 'llava' cannot be asked that" in tool_results(server.requests[-1])[0]


def test_a_name_that_is_none_is_the_users_mistake(tmp_path: Path, clip: Path) -> None:
    with (
        ScriptedServer([]) as server,
        seeing(server, tmp_path, clip, vision_model="hf:") as (agent, info),
        pytest.raises(ConfigError, match="'hf:' names no model"),
    ):
        ask(agent, [info])
