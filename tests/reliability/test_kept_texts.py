"""Kept replies and captions prove themselves, and can never break an answer."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage

from foretell.agent.chat_models.reply_store import ReplyStore
from foretell.memory.kept_texts import KeptTexts


def run(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def random_page(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xa5" * 4096 + content[8192:])


def other_columns(file: Path) -> None:
    file.unlink()
    run(file, "CREATE TABLE replies (a, b, c)")


def other_tables(file: Path) -> None:
    file.unlink()
    run(file, "CREATE TABLE songs (title)", "INSERT INTO songs VALUES ('one of ours')")


def full(file: Path) -> None:
    run(file, "CREATE TRIGGER t BEFORE INSERT ON replies BEGIN SELECT raise(FAIL, 'full'); END")


def folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def loop(file: Path) -> None:
    file.unlink()
    file.symlink_to(file)


REFUSES = [full, folder, loop]
SET_ASIDE: list[Callable[[Path], object]] = [
    random_page,
    other_columns,
    other_tables,
    lambda file: file.write_bytes(b"no database, but long enough to be read as a header" * 20),
]
ROWS = [
    "UPDATE replies SET reply = '{'",
    "UPDATE replies SET reply = replace(reply, 'flipped', 'skipped')",
    "UPDATE replies SET reply = CAST(reply AS BLOB)",
    "UPDATE replies SET key = 'other'",
]


def kept(file: Path, key: str, said: str = "asked anew") -> str:
    """Returns the reply to a request, the kept one where there is one."""
    return ReplyStore(file).kept_or_new(key, lambda: [AIMessage(said)], lambda _: True)[-1].text


@pytest.mark.parametrize("harm", SET_ASIDE)
def test_a_file_that_is_not_ours_is_set_aside(
    tmp_path: Path, harm: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "replies.sqlite"
    kept(file, "key", "it is flipped")
    harm(file)
    found = file.read_bytes()
    assert kept(file, "key") == "asked anew"
    assert (tmp_path / "replies.sqlite.set-aside").read_bytes() == found
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "is set aside as 'replies.sqlite.set-aside'" in caplog.text
    assert kept(file, "key", "not asked") == "asked anew"  # by the file that was begun anew


@pytest.mark.parametrize("harm", ROWS)
def test_a_row_that_is_not_what_was_kept_is_asked_again(tmp_path: Path, harm: str) -> None:
    file = tmp_path / "replies.sqlite"
    kept(file, "key", "it is flipped")
    run(file, harm)
    assert kept(file, "key") == "asked anew"
    assert kept(file, "other", "asked for itself") == "asked for itself"


@pytest.mark.parametrize("refuses", REFUSES)
def test_a_reply_that_cannot_be_kept_is_given_all_the_same(
    tmp_path: Path, refuses: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "replies.sqlite"
    kept(file, "key")
    refuses(file)
    store = KeptTexts(file, "replies", "reply")
    assert kept(file, "another", "paid for") == "paid for"
    caplog.clear()
    store.keep({"one": "text"})
    store.keep({"two": "text"})
    assert store.read(["one"]) == {}
    (told,) = caplog.messages
    assert told.startswith("kept replies are not used: ")
    assert not list(tmp_path.glob("*.set-aside"))
