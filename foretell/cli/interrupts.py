"""Sees that Ctrl-C ends a command within a second, whatever it is doing.

Python hears a signal only between two of its own instructions, so that a model that computes, or a
thread that is waited for, may keep a command from ending for minutes. What is kept on disk is
written so that a process may be killed at any time; nothing is lost by ending at once.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time

GRACE_SECONDS = 0.7
"""How long a command may take to end by itself, so that all is over within a second."""
EXIT_CODE = 130
"""What a shell gives a command that Ctrl-C ended: 128 and the number of the signal."""
_GO_ON = "what was done is kept: give the same command again to go on"


class Interrupts:
    """Hears Ctrl-C in a thread of its own, and ends the process where it does not end by itself.

    Attributes:
        go_on: Says what is kept and how to go on.

    A program that sets Python's wake-up descriptor, as an event loop does, takes the place of this
    one; `listen` takes it back.
    """

    def __init__(self) -> None:
        self.go_on = _GO_ON
        self._told = threading.Lock()
        self._written: socket.socket | None = None

    def start(self) -> None:
        """Begins to listen; only the main thread may."""
        heard, self._written = socket.socketpair()
        self._written.setblocking(False)
        self.listen()
        threading.Thread(target=self._wait, args=(heard,), daemon=True).start()
        if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:  # a background job is to go on
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def listen(self) -> None:
        """Listens again, after something else did; does nothing before `start`."""
        if self._written is not None:
            signal.set_wakeup_fd(self._written.fileno(), warn_on_full_buffer=False)

    def tell(self) -> None:
        """Says once that the command was interrupted, and how to go on."""
        if self._told.acquire(blocking=False):
            sys.stderr.write(f"foretell: interrupted; {self.go_on}\n")
            sys.stderr.flush()

    def _wait(self, heard: socket.socket) -> None:
        while signal.SIGINT not in heard.recv(64):
            pass
        time.sleep(GRACE_SECONDS)
        self.tell()
        os._exit(EXIT_CODE)


INTERRUPTS = Interrupts()
"""Those of this process; `main` starts to listen."""
