"""Reads what was said so far out of the messages that a client sends each time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from foretell.agent.evidence import check_citations
from foretell.agent.messages import Asked, Replied
from foretell.agent.messages import Message as Turn
from foretell.memory.store import Store
from foretell.patterns import LazyPattern
from foretell.server.openai.forms import Message, question_of
from foretell.server.problems import Problem
from foretell.types import Evidence, VideoInfo

HISTORY = 20
"""Earlier messages that are looked at: ten questions with their answers."""
MOST_CHECKED = 20_000
"""Characters of earlier answers whose citations are looked up, the last first: several times what
answers have, and a quarter of a second."""
SIDE_CALL = "### Task:"
"""How a client's own request about a conversation begins, such as for its title."""
_CHAT = "<chat_history>"
"""Where such a request tells the conversation; one without is a question, put in other words."""
_SAID = LazyPattern(r"(?m)^USER:[ ]*(.+)$")
_ASKED_FOR = LazyPattern(r'\{\s*"(\w+)":')
"""The field that such a request wants, in the example that it gives."""
_TITLE_WORDS = 8
"""Words of a title, as a list of conversations has room for."""
_LISTS = (("follow_ups", "follow"), ("tags", "tags"), ("queries", "quer"))
"""Fields that are answered by an empty list, and the word by which a task without an example asks
for each."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is asked, and what was said before.

    Attributes:
        question: The last message of the user.
        history: Questions and answers before it.
    """

    question: str
    history: tuple[Turn, ...]


def conversation_of(
    messages: Sequence[Message], store: Store, videos: Sequence[VideoInfo]
) -> Conversation:
    """Reads a conversation; what earlier answers cited is looked up again.

    What a system message asks for is passed over: it would change the rules of answering.

    Raises:
        Problem: If the user asks nothing, or with more than words.
    """
    said = [one for one in messages if one.role in ("user", "assistant")]
    if not said or said[-1].role != "user":
        raise Problem(400, "the last message is not the user's; end with a question", "no_question")
    question = question_of(said[-1].words())
    return Conversation(question, _history(said[:-1][-HISTORY:], store, videos))


def _history(
    said: Sequence[Message], store: Store, videos: Sequence[VideoInfo]
) -> tuple[Turn, ...]:
    """Returns what was said; what follows is about the last answer that cites, and only it."""
    turns: list[Turn] = []
    evidence: tuple[Evidence, ...] = ()
    left = MOST_CHECKED
    for message in reversed(said):
        words = message.words()
        if message.role == "user":
            turns.append(Asked(words, words))
        elif evidence or not left:
            turns.append(Replied(words))
        else:
            looked_at = words[:left]
            left -= len(looked_at)
            evidence = check_citations(looked_at, store, videos).evidence
            turns.append(Replied(words, evidence=evidence))
    return tuple(reversed(turns))


def side_answer(messages: Sequence[Message], *, stream: bool) -> str | None:
    """Returns the answer to a client's request about the conversation; None for a question.

    What a client shows to its user is streamed, so that no request of its own is.
    """
    task = messages[-1].words().lstrip()
    if stream or messages[-1].role != "user" or not task.startswith(SIDE_CALL):
        return None
    asked, chat, said = task.partition(_CHAT)
    if not chat:
        return None
    field = _field(asked)
    if field == "title":
        first = _SAID.search(said)
        words = first[1].split() if first else ["A", "video"]
        return json.dumps({field: " ".join(words[:_TITLE_WORDS])}, ensure_ascii=False)
    return json.dumps({field: [] if field in dict(_LISTS) else ""})


def _field(task: str) -> str:
    """Returns the field of the JSON that a task asks for."""
    if example := _ASKED_FOR.search(task):
        return example[1]
    begins = task.removeprefix(SIDE_CALL).lstrip().partition("\n")[0].casefold()
    return next((field for field, word in _LISTS if word in begins), "title")
