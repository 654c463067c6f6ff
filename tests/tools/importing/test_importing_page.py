"""Every example in docs/importing.md is read as the page says."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from foretell.tools.importing.imported_text import ImportedText
from foretell.tools.importing.subtitle_tracks import NamedSubtitles
from foretell.tools.watching.perceiver import Perceiver
from foretell.types import Interval
from tests.tools.memory_video import MemoryVideo

PAGE = (Path(__file__).parents[3] / "docs" / "importing.md").read_text(encoding="utf-8")
EXAMPLES: list[tuple[str, str]] = re.findall(r"^```\w+ (\w+)\n(.*?)^```$", PAGE, re.M | re.S)
PERCEIVERS: dict[str, Callable[[Path], Perceiver]] = {
    "captions": ImportedText.captions,
    "narrations": ImportedText.narrations,
    "subtitles": lambda path: NamedSubtitles(path, "subtitles:example"),
}
KINDS = {"captions": {"caption"}, "narrations": {"caption", "action"}, "subtitles": {"speech"}}


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_an_example_is_read(tmp_path: Path, kind: str, example: str) -> None:
    file = tmp_path / "example"
    file.write_text(example, encoding="utf-8")
    events = list(PERCEIVERS[kind](file).perceive(MemoryVideo(Interval(0.0, 10.0)), None))
    assert events
    assert {event.kind for event in events} <= KINDS[kind]


def test_the_page_shows_every_kind() -> None:
    assert {kind for kind, _ in EXAMPLES} == set(KINDS)
    assert len(EXAMPLES) == PAGE.count("```") // 2
