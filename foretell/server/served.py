"""What the server serves: one agent over one library, its jobs, and who may ask at a time."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import threading
from collections import OrderedDict, defaultdict
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from foretell.agent.chat import Chat
from foretell.agent.video_agent import VideoAgent
from foretell.config import Config
from foretell.errors import MemoryStoreError
from foretell.memory.jobs import Job, Jobs
from foretell.memory.titles import Titles
from foretell.server.problems import Problem, too_many, unknown
from foretell.server.settings import ServerSettings
from foretell.tools.decoding.video_file import content_hash
from foretell.tools.pictures.jpeg import jpeg_of
from foretell.tools.watching.playable import PLAYABLE, playable_path
from foretell.tools.watching.sampling import fit_within
from foretell.types import VideoInfo

UPLOADS = "uploads"
"""The folder in the library's that keeps videos that were sent here."""
CHATS = 256
"""Conversations that are held in memory; others are read again when they go on."""
PICTURES_AT_ONCE, PICTURES_WAITING = 2, 64
"""Frames that are decoded at a time, each in a process that takes a core, and such as wait."""

T = TypeVar("T")


class Served:
    """The library, and everything that requests share.

    Args:
        config: The settings of the agent; no request changes them.
        settings: How much the server takes on.

    Attributes:
        agent: Answers; safe to use from several threads.
        jobs: What is to be watched.
        titles: What videos are called.
    """

    def __init__(self, config: Config, settings: ServerSettings) -> None:
        self.settings = settings
        self.agent = VideoAgent(config)
        self.store = self.agent.library.store
        self.jobs = Jobs(self.store.database)
        self.titles = Titles(self.store.database)
        self.crowd = Crowd(settings.questions_at_once, settings.questions_waiting)
        self.pictures = Crowd(PICTURES_AT_ONCE, PICTURES_WAITING)
        self._chats: OrderedDict[str, Chat] = OrderedDict()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @property
    def uploads(self) -> Path:
        """Where videos that were sent here are kept."""
        return self.agent.config.library / UPLOADS

    def videos(self) -> tuple[VideoInfo, ...]:
        """Returns every video under its title, the last that came first."""
        titled = self.titles.shown(self.store.videos())
        return self.agent.see(titled)[::-1] if titled else ()

    def video(self, id: str) -> VideoInfo:
        """Returns the video of an id.

        Raises:
            Problem: If there is none.
        """
        video = self.store.video(id)
        if video is None:
            raise unknown("video", id)
        return self.titles.shown([video])[0]

    def chosen(self, ids: Sequence[str]) -> tuple[VideoInfo, ...]:
        """Returns the videos of some ids, told apart; every one of the library where none is given.

        Raises:
            Problem: If one is unknown, or there is none at all.
        """
        videos = self.agent.see([self.video(id) for id in ids]) if ids else self.videos()
        if not videos:
            raise Problem(404, "the library holds no video yet; send one first", "Unknown")
        return videos

    def watch(self, path: Path, content_hash: str) -> Job:
        """Asks for a file to be watched."""
        return self.jobs.add("watch", content_hash, str(path))

    def coming(self, id: str) -> Job:
        """Returns the last job that is to make a video known.

        Raises:
            Problem: If there is none.
        """
        job = next((one for one in self.jobs.of_video(id) if one.kind == "watch"), None)
        if job is None:
            raise unknown("video", id)
        return job

    def watch_file(self, path: Path) -> Job:
        """Asks for a file of this machine to be watched; it is read if it changed since.

        Raises:
            VideoError: If it cannot be read.
        """
        digest = self.store.known_hash(path) or content_hash(path)
        self.store.remember_file(path, digest)
        return self.watch(path, digest)

    def frames(
        self, video: VideoInfo, times_seconds: Sequence[float], side: int, quality: int
    ) -> list[tuple[float, bytes]]:
        """Returns the frames on show at ascending times, each with its own time and as JPEG.

        Args:
            video: Its file must be there.
            times_seconds: When.
            side: Pixels of the longer side at most.
            quality: Of the JPEGs, of 100.

        Raises:
            VideoError: If nothing can be decoded.
        """
        size = fit_within(video.width, video.height, side)
        with self.agent.indexer.open_video(video.file, video.content_hash) as opened:
            frames = opened.frames(times_seconds, size=size)
            return [(one.pts_seconds, jpeg_of(one.data, quality)) for one in frames]

    def forget(self, id: str) -> None:
        """Deletes what is known of a video, its title and its copies; a file elsewhere stays.

        Raises:
            Problem: If there is neither a video of that id nor one that is to come.
        """
        if self.store.video(id) is None:
            self.coming(id)
        self.jobs.forget(id)
        self.titles.give(id, "")
        if self.store.video(id) is not None:
            self.store.forget_video(id)
        kept = [playable_path(self.agent.config.library / PLAYABLE, id)]
        kept += self.uploads.glob(f"{id}.*")
        for file in kept:
            file.unlink(missing_ok=True)

    def room(self) -> int:
        """Returns how many bytes are free where videos are kept."""
        self.uploads.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.uploads).free

    def begin_chat(self, videos: tuple[VideoInfo, ...]) -> Chat:
        """Begins a conversation."""
        return self._held(Chat.begin(self.agent, videos))

    def chat(self, id: str) -> Chat:
        """Returns the conversation of an id.

        Raises:
            Problem: If there is none.
        """
        if id in self._chats:
            self._chats.move_to_end(id)
            return self._chats[id]
        self.check_conversation(id)
        chat = Chat.resume(self.agent, id, ())
        chat.videos = self.agent.see(self.titles.shown(chat.videos))
        return self._held(chat)

    def forget_chat(self, id: str) -> None:
        """Deletes a conversation.

        Raises:
            Problem: If there is none.
        """
        self.check_conversation(id)
        self.agent.library.conversations.forget(id)
        self._chats.pop(id, None)

    def check_conversation(self, id: str) -> None:
        """Raises a Problem where there is no conversation of an id."""
        try:
            self.agent.library.conversations.find(id)
        except MemoryStoreError:
            raise unknown("conversation", id) from None

    def turn_of(self, id: str) -> asyncio.Lock:
        """Returns the lock that lets one question at a time into a conversation."""
        return self._turns[id]

    def _held(self, chat: Chat) -> Chat:
        self._chats[chat.id] = chat
        while len(self._chats) > CHATS:
            self._chats.popitem(last=False)
        return chat

    def close(self) -> None:
        """Closes the library."""
        self.crowd.close()
        self.agent.close()


class Crowd:
    """Lets so many questions be answered at a time, and so many wait.

    Args:
        at_once: How many are answered, each in a thread of its own.
        waiting: How many wait beside them; those beyond are refused.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, "question")
        self._most = at_once + waiting
        self._inside = 0

    @asynccontextmanager
    async def admitted(self) -> AsyncGenerator[None]:
        """Counts a question in for the block.

        Raises:
            Problem: If too many are inside.
        """
        self.check_room()
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    def check_room(self) -> None:
        """Raises a Problem if too many are inside."""
        if self._inside >= self._most:
            raise too_many(f"{self._inside} questions are being answered or wait")

    async def run(self, function: Callable[[], T]) -> T:
        """Returns what a function gives, run in a thread when one is free."""
        return await asyncio.wrap_future(self._threads.submit(function))

    async def steps(self, events: Generator[T]) -> AsyncGenerator[T]:
        """Yields what a generator gives; it goes on in a thread, at its own pace.

        So a reader that is slow keeps no thread from others. Where the reader leaves, the generator
        is closed after its step.
        """
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[tuple[T] | None] = asyncio.Queue()
        left = threading.Event()

        def go_through() -> None:
            with contextlib.closing(events):
                for event in events:
                    loop.call_soon_threadsafe(queue.put_nowait, (event,))
                    if left.is_set():
                        return

        job = self._threads.submit(go_through)
        job.add_done_callback(lambda _: loop.call_soon_threadsafe(queue.put_nowait, None))
        try:
            while (event := await queue.get()) is not None:
                yield event[0]
            job.result()
        finally:
            left.set()
            job.cancel()

    def close(self) -> None:
        """Lets nobody else in; what is being answered ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)
