from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from foretell.errors import MemoryStoreError
from foretell.memory.conversations import TITLE_CHARACTERS, Conversations, Message
from foretell.memory.store import Store


def test_a_conversation_is_taken_up_again(tmp_path: Path) -> None:
    said = [
        Message("system", "Answer shortly."),
        Message("user", "What is cut\nfirst?"),
        Message("assistant", "An onion.", {"times": [4.2, None], "model": "embedded"}),
    ]
    with Store.open(tmp_path) as store:
        conversations = Conversations(store.database)
        begun = conversations.begin()
        assert (begun.title, begun.message_count) == ("", 0)
        for message in said:
            conversations.append(begun.id, message)
    with Store.open(tmp_path) as store:
        conversations = Conversations(store.database)
        assert conversations.messages(begun.id) == tuple(said)
        found = conversations.find(begun.id)
        assert (found.title, found.message_count) == ("What is cut first?", 3)
        assert abs(found.started - datetime.now(UTC)) < timedelta(minutes=5)


def test_the_latest_come_first(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        conversations = Conversations(store.database)
        begun = [conversations.begin() for _ in range(5)]
        assert conversations.latest(3) == tuple(reversed(begun[2:]))
        assert len({conversation.id for conversation in begun}) == 5
        assert all(conversation.id.isalpha() for conversation in begun)


def test_conversations_do_not_mix(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        conversations = Conversations(store.database)
        one, other = conversations.begin(), conversations.begin()
        for number in range(3):
            conversations.append(one.id, Message("user", f"one {number}"))
            conversations.append(other.id, Message("user", f"other {number}"))
        contents = [message.content for message in conversations.messages(other.id)]
        assert contents == ["other 0", "other 1", "other 2"]


def test_a_long_question_makes_a_short_title(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        conversations = Conversations(store.database)
        begun = conversations.begin()
        conversations.append(begun.id, Message("user", "why " * 100))
        title = conversations.find(begun.id).title
        assert len(title) <= TITLE_CHARACTERS
        assert title.endswith("why\N{HORIZONTAL ELLIPSIS}")


def test_an_unknown_conversation_names_the_latest(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        conversations = Conversations(store.database)
        with pytest.raises(MemoryStoreError, match="no conversation 'x'; there are none yet"):
            conversations.messages("x")
        begun = conversations.begin()
        with pytest.raises(MemoryStoreError, match=f"'x'; the latest are '{begun.id}'"):
            conversations.append("x", Message("user", "hello"))


def test_what_json_cannot_hold_is_refused(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        conversations = Conversations(store.database)
        begun = conversations.begin()
        with pytest.raises(TypeError):
            conversations.append(begun.id, Message("user", "hello", object()))
        assert conversations.messages(begun.id) == ()


def test_the_file_grows_with_the_messages_alone(tmp_path: Path) -> None:
    def bytes_after(turns: int) -> int:
        with Store.open(tmp_path / str(turns)) as store:
            conversations = Conversations(store.database)
            begun = conversations.begin()
            for _ in range(turns):
                conversations.append(begun.id, Message("user", "x" * 1000))
            ((pages,),) = store.database.read("PRAGMA page_count")
            return int(pages) * 4096

    first, second = bytes_after(100), bytes_after(400)
    assert second - first < 1.5 * 300 * 1000
