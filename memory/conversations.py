"""Chats that can be taken up again: append-only messages beside the timelines."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from foretell.errors import MemoryStoreError
from foretell.memory.database import Database

TITLE_CHARACTERS = 80
"""Characters of a title: what a line of a terminal holds."""
_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
_SELECT = """
    SELECT c.id, c.started_seconds, c.title,
        (SELECT content FROM messages
         WHERE conversation = c.number AND role = 'user' ORDER BY id LIMIT 1),
        (SELECT count(*) FROM messages WHERE conversation = c.number)
    FROM conversations c
"""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation.

    Attributes:
        role: Who speaks, such as "user" or "assistant".
        content: What is said.
        payload: What the agent keeps with it; anything that JSON can hold.
    """

    role: str
    content: str
    payload: object = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a list of conversations shows of one.

    Attributes:
        id: A short word to take it up again with.
        title: The name that it was given, else the beginning of its first question; empty before.
        started: When it was begun, in UTC.
        message_count: How many messages it has.
    """

    id: str
    title: str
    started: datetime
    message_count: int


class Conversations:
    """Keeps conversations in the library's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self) -> Conversation:
        """Makes an empty conversation with a new id."""
        with self._database.passing() as connection:
            taken = {name for (name,) in self._database.read("SELECT id FROM conversations")}
            name = _new_id(taken)
            connection.execute(
                "INSERT INTO conversations (id, started_seconds) VALUES (?, ?)",
                (name, time.time()),
            )
        return self.find(name)

    def find(self, conversation_id: str) -> Conversation:
        """Gives the conversation with an id.

        Raises:
            MemoryStoreError: If there is none.
        """
        rows = self._database.read(f"{_SELECT} WHERE c.id = ?", (conversation_id,))
        if not rows:
            raise self._unknown(conversation_id)
        return _conversation(rows[0])

    def latest(self, limit: int = 20) -> tuple[Conversation, ...]:
        """Gives up to `limit` conversations, the last begun first."""
        rows = self._database.read(f"{_SELECT} ORDER BY c.number DESC LIMIT ?", (limit,))
        return tuple(_conversation(row) for row in rows)

    def rename(self, conversation_id: str, title: str) -> None:
        """Gives a conversation a name; a blank one is that of its first question again.

        Raises:
            MemoryStoreError: If there is no such conversation.
        """
        self.find(conversation_id)
        with self._database.passing() as connection:
            connection.execute(
                "UPDATE conversations SET title = ? WHERE id = ?", (title.strip(), conversation_id)
            )

    def forget(self, conversation_id: str) -> None:
        """Deletes a conversation with its messages.

        Raises:
            MemoryStoreError: If there is no such conversation.
        """
        self.find(conversation_id)
        with self._database.passing() as connection:
            connection.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))

    def append(self, conversation_id: str, message: Message) -> None:
        """Adds a message at the end.

        Raises:
            MemoryStoreError: If there is no such conversation.
            TypeError: If the payload is not JSON.
        """
        payload = json.dumps(message.payload)
        with self._database.passing() as connection:
            known = self._database.read(
                "SELECT number FROM conversations WHERE id = ?", (conversation_id,)
            )
            if not known:
                raise self._unknown(conversation_id)
            connection.execute(
                "INSERT INTO messages (conversation, role, content, payload) VALUES (?, ?, ?, ?)",
                (known[0][0], message.role, message.content, payload),
            )

    def messages(self, conversation_id: str) -> tuple[Message, ...]:
        """Gives every message of a conversation, in order.

        Raises:
            MemoryStoreError: If there is no such conversation.
        """
        self.find(conversation_id)
        rows = self._database.read(
            "SELECT m.role, m.content, m.payload FROM messages m "
            "JOIN conversations c ON c.number = m.conversation WHERE c.id = ? ORDER BY m.id",
            (conversation_id,),
        )
        return tuple(Message(role, content, json.loads(payload)) for role, content, payload in rows)

    def _unknown(self, conversation_id: str) -> MemoryStoreError:
        known = ", ".join(repr(conversation.id) for conversation in self.latest(5))
        advice = f"the latest are {known}" if known else "there are none yet: begin one"
        return MemoryStoreError(f"there is no conversation {conversation_id!r}; {advice}")


def _new_id(taken: set[str]) -> str:
    while True:
        name = "".join(secrets.choice(_SYLLABLES) for _ in range(3))
        if name not in taken:
            return name


def _conversation(row: tuple[Any, ...]) -> Conversation:
    name, started_seconds, title, question, message_count = row
    title = " ".join((title or question or "").split())
    if len(title) > TITLE_CHARACTERS:
        title = title[: TITLE_CHARACTERS - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
    return Conversation(name, title, datetime.fromtimestamp(started_seconds, UTC), message_count)
