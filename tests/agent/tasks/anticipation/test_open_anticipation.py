"""Forecasts in a model's own words, over real HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from foretell.actions import Action, ActionWindow, Forecast
from foretell.agent.chat_models.chat_endpoint import ChatEndpoint
from foretell.agent.tasks.anticipation.open_anticipation import OpenAnticipator
from foretell.errors import ModelError
from tests.agent.tasks.anticipation.anticipation_scene import on_endpoint
from tests.servers.replies import Empty, Say, ScriptLine
from tests.servers.scripted_server import ScriptedServer

WINDOW = ActionWindow("garden_0", "garden", (), captions=("A man digs.", "He plants\na rose."))
DIG, WATER = Action("dig", "hole"), Action("water", "rose")


def asked(server: ScriptedServer, folder: Path, k: int) -> Forecast:
    endpoint = ChatEndpoint.load(on_endpoint(server, folder))
    return OpenAnticipator(endpoint, horizon=2, price=(1.0, 10.0)).forecast(WINDOW, k)


def told(replies: Sequence[ScriptLine], folder: Path, k: int = 1) -> Forecast:
    with ScriptedServer(replies, repeat_last=True) as server:
        return asked(server, folder, k)


def test_each_candidate_is_a_draw_of_its_own(tmp_path: Path) -> None:
    script = [Say("dig hole, water rose"), Say("water rose, dig hole"), Say("dig hole, dig hole")]
    with ScriptedServer(script) as server:
        forecast = asked(server, tmp_path, 3)
        again = asked(server, tmp_path, 3)
    assert len(server.requests) == 3, "what was said once is kept"
    assert sorted(forecast.candidates) == [(DIG, DIG), (DIG, WATER), (WATER, DIG)]
    assert again.candidates == forecast.candidates
    assert forecast.usage.input_tokens == 300
    assert forecast.usage.cost == pytest.approx(300 * 1e-6 + 60 * 10e-6)
    assert (forecast.window, forecast.repairs, forecast.examples) == (WINDOW, {}, ())
    assert forecast.notes[0].startswith("in the model's own words")
    system, user = server.requests[0].messages
    assert "2 short actions" in system["content"]
    assert user["content"] == "- A man digs.\n- He plants a rose."


@pytest.mark.parametrize(
    ("reply", "candidate", "repairs"),
    [
        ("dig hole", (DIG, DIG), {"padded": 1}),
        ("dig hole, water rose, cut rose, cut hedge", (DIG, WATER), {"cut": 2}),
        ("1. Dig a hole\n2. Water the rose", (DIG, WATER), {}),
        ("- **dig hole**\n- `water rose`", (DIG, WATER), {}),
        ('{"actions": [{"verb": "dig", "noun": "hole"}]}', (DIG, DIG), {"padded": 1}),
        ("<think>The man may leave.</think>dig hole. water rose.", (DIG, WATER), {}),
        ("The next 2 actions are: dig hole, water rose", (DIG, WATER), {}),
        (
            "Sure, I'd be happy to help! Here they are:\ndig hole, water rose\n\n"
            "Please note that these are guesses. Let me know if you want more.",
            (DIG, WATER),
            {},
        ),
        ("turn on the hose, water", (Action("turn on", "hose"),) * 2, {"padded": 1}),
    ],
)
def test_how_a_reply_is_read(
    tmp_path: Path, reply: str, candidate: tuple[Action, ...], repairs: dict[str, int]
) -> None:
    forecast = told([Say(reply)], tmp_path)
    assert forecast.candidates == (candidate,)
    assert forecast.repairs == repairs


def test_a_reply_without_an_action_is_told_and_not_made_up_for(tmp_path: Path) -> None:
    forecast = told([Say("dig hole, water rose"), Say("I cannot tell."), Empty()], tmp_path, k=3)
    assert forecast.candidates == ((DIG, WATER),)
    assert "2 of 3 replies told no action" in forecast.notes


def test_replies_without_any_action_are_a_failure(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        told([Say("I cannot tell."), Empty()], tmp_path, k=2)
    assert str(caught.value) == (
        "none of 2 replies of the model held an action of the form 'verb noun'; try another model"
    )
