"""Replies kept on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langchain.agents import create_agent  # pyright: ignore[reportUnknownVariableType]
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tools import BaseTool, tool

from foretell.agent.chat_models.reply_store import ResponseCache
from foretell.agent.chat_models.scripted import ScriptedModel
from foretell.errors import ModelError


@tool
def look(where: str) -> str:
    """Looks somewhere."""
    return f"nothing {where}"


@tool
def listen(where: str) -> str:
    """Listens somewhere."""
    return f"silence {where}"


def ask(
    file: Path,
    question: str,
    reply: AIMessage | None,
    tools: tuple[BaseTool, ...] = (look,),
    identity: str = "model",
    prompt: str = "Answer.",
) -> AIMessage:
    """Asks a model that can reply once, or not at all if `reply` is None."""
    model = ScriptedModel(script=[] if reply is None else [reply])
    agent: Any = create_agent(
        model,
        list(tools),
        system_prompt=prompt,
        middleware=[ResponseCache(file, identity)],
    )
    message = agent.invoke({"messages": [HumanMessage(question)]})["messages"][-1]
    assert isinstance(message, AIMessage)
    return message


def counted(text: str) -> AIMessage:
    return AIMessage(
        text, usage_metadata={"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}
    )


def test_the_same_request_is_answered_from_disk_for_free(tmp_path: Path) -> None:
    file = tmp_path / "replies.sqlite"
    assert ask(file, "What?", counted("This.")).usage_metadata is not None
    again = ask(file, "What?", None)
    assert again.text == "This."
    assert again.usage_metadata is None


@pytest.mark.parametrize(
    "change",
    [
        {"question": "Why?"},
        {"tools": (look, listen)},
        {"tools": (listen,)},
        {"identity": "other model"},
        {"prompt": "Answer otherwise."},
    ],
)
def test_any_difference_is_another_request(tmp_path: Path, change: dict[str, Any]) -> None:
    file = tmp_path / "replies.sqlite"
    ask(file, "What?", counted("This."))
    same: dict[str, Any] = {"file": file, "question": "What?", "reply": None}
    with pytest.raises(ModelError, match="the script has 0 replies"):
        ask(**(same | change))


def test_an_empty_reply_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "replies.sqlite"
    ask(file, "What?", AIMessage(""))
    assert ask(file, "What?", AIMessage("This.")).text == "This."
