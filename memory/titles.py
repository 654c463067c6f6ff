"""What videos are called by people, beside the names of their files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import PurePosixPath

from foretell.memory.database import Database
from foretell.types import VideoInfo

TITLE_CHARACTERS = 200
"""Characters of a title: more than any file system lets a name have."""


class Titles:
    """Keeps the titles of videos in the library's database, also of such as are not watched yet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def give(self, content_hash: str, title: str) -> None:
        """Calls a video by a title, one line of `TITLE_CHARACTERS`; a blank one takes it away.

        One that another video has is numbered, such as "kitchen (2).mp4".
        """
        line = " ".join("".join(filter(str.isprintable, title)).split())[:TITLE_CHARACTERS]
        with self._database.write() as connection:
            connection.execute("DELETE FROM titles WHERE content_hash = ?", (content_hash,))
            if line:
                told = next(one for one in _numbered(line) if one not in self.all().values())
                connection.execute("INSERT INTO titles VALUES (?, ?)", (content_hash, told))

    def all(self) -> dict[str, str]:
        """Gives every title by the video's content hash."""
        return dict(self._database.read("SELECT content_hash, title FROM titles"))

    def of(self, content_hash: str) -> str:
        """Gives the title of a video; empty where it has none."""
        sql = "SELECT title FROM titles WHERE content_hash = ?"
        return next((title for (title,) in self._database.read(sql, (content_hash,))), "")

    def shown(self, videos: Iterable[VideoInfo]) -> list[VideoInfo]:
        """Gives videos, those that have a title under it."""
        titles = self.all()
        return [
            replace(one, shown_as=titles[one.content_hash]) if one.content_hash in titles else one
            for one in videos
        ]


def _numbered(title: str) -> Iterator[str]:
    """Yields a title, and then the same with a number before what tells its format."""
    yield title
    ending = PurePosixPath(title).suffix
    for number in count(2):
        yield f"{title.removesuffix(ending)} ({number}){ending}"
