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
from foretell.types import VideoInfo

HISTORY = 20
"""Earlier messages that are looked at: ten questions with their answers."""
SIDE_CALL = "### Task:"
"""How a client's own request about a conversation begins, such as for its title."""
_SAID = LazyPattern(r"(?m)^USER:[ ]*(.+)$")
_TITLE_WORDS = 8
"""Words of a title, as a list of conversations has room for."""
_SIDE_ANSWERS = (("follow_ups", "follow"), ("tags", "tags"), ("queries", "quer"))
"""What is asked for beside titles, and the word by which it is told; each is answered by none."""


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
    history: list[Turn] = []
    for message in said[:-1][-HISTORY:]:
        words = message.words()
        if message.role == "user":
            history.append(Asked(words, words))
        else:
            evidence = check_citations(words, store, videos).evidence
            history.append(Replied(words, evidence=evidence))
    return Conversation(question_of(said[-1].words()), tuple(history))


def side_answer(messages: Sequence[Message]) -> str | None:
    """Returns the answer to a client's request about the conversation; None for a question."""
    task = messages[-1].words()
    if messages[-1].role != "user" or not task.lstrip().startswith(SIDE_CALL):
        return None
    asked = task.partition("<chat_history>")[0].casefold()
    for field, word in _SIDE_ANSWERS:
        if word in asked:
            return json.dumps({field: []})
    first = _SAID.search(task)
    title = " ".join(first[1].split()[:_TITLE_WORDS]) if first else "A video"
    return json.dumps({"title": title}, ensure_ascii=False)
