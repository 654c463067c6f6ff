"""Small products take one thread, and the caller's own number comes back."""

from __future__ import annotations

import importlib
import threading
from typing import Any

import numpy as np
import pytest

from foretell.memory.one_thread import one_thread

threadpoolctl: Any = importlib.import_module("threadpoolctl")


def blas_threads() -> set[int]:
    """How many threads numpy's library has; others may come with FAISS or torch."""
    of_numpy = [one for one in threadpoolctl.threadpool_info() if np.__name__ in one["filepath"]]
    return {one["num_threads"] for one in of_numpy if one["user_api"] == "blas"}


pytestmark = pytest.mark.skipif(
    not blas_threads(), reason="numpy has no library of its own here whose threads can be counted"
)


def test_the_block_has_one_thread_and_the_number_comes_back() -> None:
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        with one_thread():
            assert blas_threads() == {1}
            with one_thread():
                assert blas_threads() == {1}
            assert blas_threads() == {1}
        assert blas_threads() == {2}


def test_a_block_of_another_thread_changes_nothing() -> None:
    inside, may_leave = threading.Event(), threading.Event()

    def wait_inside() -> None:
        with one_thread():
            inside.set()
            may_leave.wait(10.0)

    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        other = threading.Thread(target=wait_inside)
        with one_thread():
            other.start()
            assert inside.wait(10.0)
        assert blas_threads() == {2}
        may_leave.set()
        other.join()
        assert blas_threads() == {2}
