"""A chat with an endpoint that is hostile or broken: nothing is forged, lost or leaked."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from foretell.agent.chat import Chat
from foretell.agent.planner_events import TextDelta
from foretell.cli.console.results import print_answer
from foretell.cli.screen import plain, tell
from foretell.errors import ForetellError
from foretell.types import Answer
from tests.agent.endpoint_agent import asker
from tests.reliability.hostile_replies import FALSE_TIMES, KEY, REPLIES
from tests.servers.replies import Reply, Say
from tests.servers.scripted_server import ScriptedServer

ENOUGH = Say("The milk is poured at the end [e10].")
SOUND = ("\n", "\t")


class Turns:
    """Gives the reply of the turn at hand first, and to what follows a plain answer."""

    def __init__(self) -> None:
        self.next: Reply | None = None

    def reply(self, request: object) -> Reply:
        """Gives a line of the script."""
        given, self.next = self.next, None
        return ENOUGH if given is None else given


def said_in(turn: str, chat: Chat, streamed: list[str]) -> Answer | ForetellError:
    """Asks and prints what comes; gives the answer, or what was refused."""
    try:
        *events, answer = chat.stream(turn)
    except ForetellError as error:
        tell("{}", error)
        return error
    streamed += [event.text for event in events if isinstance(event, TextDelta)]
    assert isinstance(answer, Answer)
    print_answer(answer)
    return answer


def test_a_chat_of_sixty_hostile_replies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(REPLIES) >= 60
    turns = Turns()
    with (
        ScriptedServer([turns.reply], key=KEY, repeat_last=True) as server,
        asker(server, tmp_path) as kitchen,
    ):
        chat = Chat.begin(kitchen.agent, (kitchen.kitchen,))
        answered = 0
        for number, reply in enumerate(REPLIES):
            turns.next = reply
            streamed: list[str] = []
            answer = said_in(f"When is the milk poured, in turn {number}?", chat, streamed)
            shown = capsys.readouterr()
            terminal = shown.out + shown.err + plain("".join(streamed))
            assert KEY not in terminal, reply
            controls = {one for one in terminal if unicodedata.category(one) in ("Cc", "Cs")}
            assert controls <= {*SOUND}, (reply, controls)
            if isinstance(answer, ForetellError):
                assert "\n" not in str(answer)
                continue
            answered += 1
            words = " ".join([answer.text, *streamed])
            assert not any(time in words for time in FALSE_TIMES), (reply, words)
            assert all(one.interval.end <= 30.0 for one in answer.evidence), reply
        assert answered > len(REPLIES) / 2
        assert len(chat.history()) == answered
        kept = str(kitchen.agent.library.conversations.messages(chat.id))
    assert KEY not in kept
