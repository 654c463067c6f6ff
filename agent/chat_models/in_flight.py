"""Runs jobs in threads: many small ones with a bound, or one whose results an event loop awaits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

T = TypeVar("T")
R = TypeVar("R")
Owner = TypeVar("Owner")
P = ParamSpec("P")


def run_grouped(
    groups: Iterable[tuple[T, Sequence[Callable[[], R]]]], in_flight: int
) -> Iterator[tuple[T, list[R]]]:
    """Yields each group with the results of its jobs, as soon as all of them are done.

    Groups are taken from the iterable only as jobs are about to run out, so that there may be any
    number of them. The first job that fails ends the run with its exception; jobs that run by
    then, or when the caller stops early, are waited for, and no other begins.

    Args:
        groups: What each group stands for, and its jobs.
        in_flight: Most jobs at a time.
    """
    coming = iter(groups)
    begun: list[tuple[T, list[Future[R]]]] = []
    executor = ThreadPoolExecutor(in_flight, thread_name_prefix="in-flight")
    try:
        while True:
            running = {future for _, jobs in begun for future in jobs if not future.done()}
            group = next(coming, None) if len(running) <= in_flight else None
            if group is not None:
                begun.append((group[0], [executor.submit(job) for job in group[1]]))
                continue
            if not begun:
                return
            if running:
                wait(running, return_when=FIRST_COMPLETED)
            begun, finished = _parted(begun)
            for name, jobs in finished:
                yield name, [job.result() for job in jobs]
    finally:
        executor.shutdown(cancel_futures=True)


def _parted(
    begun: list[tuple[T, list[Future[R]]]],
) -> tuple[list[tuple[T, list[Future[R]]]], list[tuple[T, list[Future[R]]]]]:
    """Splits the groups into those with a job to be waited for and the others.

    Raises:
        Exception: The first that any job ended with.
    """
    for _, jobs in begun:
        for job in jobs:
            if job.done():
                job.result()
    unfinished = [group for group in begun if not all(job.done() for job in group[1])]
    finished = [group for group in begun if group not in unfinished]
    return unfinished, finished


def run_in_order(jobs: Iterable[Callable[[], R]], in_flight: int) -> Iterator[R]:
    """Yields the result of each job in the order of the jobs, as soon as those before are given.

    Args:
        jobs: Taken from the iterable only as others are about to run out.
        in_flight: Most jobs at a time.
    """
    waiting: dict[int, R] = {}
    groups = ((place, [job]) for place, job in enumerate(jobs))
    following = 0
    for place, (result,) in run_grouped(groups, in_flight):
        waiting[place] = result
        while following in waiting:
            yield waiting.pop(following)
            following += 1


def awaited(
    method: Callable[Concatenate[Owner, P], R],
) -> Callable[Concatenate[Owner, P], Coroutine[Any, Any, R]]:
    """Returns a method that does as another, in a thread of its own, and is awaited.

    Callbacks that it is given are called in that thread.
    """

    @wraps(method)
    async def twin(owner: Owner, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.to_thread(method, owner, *args, **kwargs)

    return twin


async def in_thread(items: Iterator[T]) -> AsyncGenerator[T]:
    """Returns the items of an iterator as they come, while one thread of its own runs it.

    Where the caller stops early or is cancelled, the thread ends after the item at which it works.

    Raises:
        Exception: What the iterator raises.
    """
    loop = asyncio.get_running_loop()
    coming: asyncio.Queue[Any] = asyncio.Queue()
    stopped = threading.Event()

    def run() -> None:
        for item in items:
            if stopped.is_set():
                return
            loop.call_soon_threadsafe(coming.put_nowait, item)

    running = asyncio.ensure_future(asyncio.to_thread(run))
    running.add_done_callback(lambda _: coming.put_nowait(_END))
    try:
        while (item := await coming.get()) is not _END:
            yield item
        await running
    finally:
        stopped.set()
        running.add_done_callback(lambda ended: ended.cancelled() or ended.exception())


_END = object()
