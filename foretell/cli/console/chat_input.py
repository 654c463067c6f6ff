"""Reads what is typed in a chat: on a terminal with line editing and a history."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

HISTORY_NAME = "chat_history"
"""The file in the library's folder that keeps what was typed."""


def typed_lines(folder: Path, commands: Sequence[str]) -> Iterator[str]:
    """Yields each line that is typed, without blanks around it, until an empty one or the end.

    Args:
        folder: Of the library; keeps the history.
        commands: What is completed at the beginning of a line, such as "/help".

    Raises:
        KeyboardInterrupt: On Ctrl-C.
    """
    lines = _edited(folder, commands) if sys.stdin.isatty() else iter(sys.stdin.readline, "")
    for line in lines:
        if not line.strip():
            return
        yield line.strip()


def _edited(folder: Path, commands: Sequence[str]) -> Iterator[str]:
    """Yields lines that are edited as in a shell: arrows, Ctrl-R, Ctrl-A; Ctrl-D ends."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory

    session: PromptSession[str] = PromptSession(
        history=FileHistory(str(folder / HISTORY_NAME)),
        completer=WordCompleter([*commands], sentence=True),
        complete_while_typing=False,
    )
    while True:
        try:
            yield session.prompt("? ")
        except EOFError:
            return
