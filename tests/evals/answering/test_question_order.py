"""What answers owe to the order of captions: the diagnostics, and questions about order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from foretell.errors import ConfigError, DatasetError
from foretell.evals.answering.diagnostics import diagnose, embedder_chronology
from foretell.evals.datasets.chronology import QUESTION, chronology_questions
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.questions import ChoiceAnswer, VideoQuestion
from foretell.types import Event, Interval
from tests.evals.made_questions import Always, events, question

LETTERS = tuple("abcdefgh")


class Reader:
    """Is right where it sees several captions in order, or the one that tells the answer."""

    def answer(
        self, questions: Sequence[VideoQuestion], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[ChoiceAnswer]:
        for one in questions:
            shown = sorted(captions[one.video], key=lambda event: event.interval)
            texts = [event.text for event in shown]
            in_order = len(texts) > 1 and texts == sorted(texts)
            yield ChoiceAnswer(0 if in_order or "first" in texts[0] else 1)


class InOrder:
    """Embeds a text by where its letters stand, which is all that tells orders apart."""

    id, dimension = "in-order", 2

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        ascends = [text.find("alpha") < text.find("beta") for text in texts]
        return np.array([(1.0, 0.0) if up else (0.0, 1.0) for up in ascends], np.float32)


def test_the_four_ways_of_asking() -> None:
    texts = ("a what is a first", *LETTERS)
    asked = [question("a", "v1"), question("b", "v2"), question("c", "v3", answer=None)]
    shown = {"v1": events(*texts), "v2": events(*LETTERS), "v3": events("x")}
    found = diagnose(asked, shown, Reader(), HashEmbedder(), seed=1)
    assert found is not None
    assert (found.n, found.one, found.all, found.shuffled, found.chosen) == (2, 0, 100, 0, 50)
    assert found.record()["frame_gain"] is None
    always = diagnose(asked, shown, Always(ChoiceAnswer(0)), HashEmbedder())
    assert always is not None
    assert (always.frame_gain, always.order_sensitivity) == (0.0, 0.0)
    assert always.information_disparity == 0.0


def test_shuffled_captions_are_the_same_at_other_times() -> None:
    keeps = Always(ChoiceAnswer(0))
    diagnose([question("a", "v1")], {"v1": events(*LETTERS)}, keeps, HashEmbedder())
    one, in_order, shuffled, chosen = (next(iter(shown.values())) for shown in keeps.shown)
    assert len(one) == len(chosen) == 1
    assert [event.interval for event in shuffled] == [event.interval for event in in_order]
    assert {event.text for event in shuffled} == set(LETTERS)
    assert list(shuffled) != list(in_order)


def test_nothing_to_diagnose() -> None:
    assert diagnose([question("a", "v1")], {}, Reader(), HashEmbedder()) is None


def test_orders_of_what_a_video_has_once() -> None:
    captions = {"v": events("A dog.", "a dog", "a cat", "a cow", "a hen", "a cow")}
    (one,) = chronology_questions(captions)
    assert (one.id, one.video, one.text) == ("v_0", "v", QUESTION)
    assert set(one.choices) == {"A dog, then a cat", "a cat, then A dog"}
    assert one.answer == one.choices.index("A dog, then a cat")
    assert one.spans == (Interval(0, 3),)
    many = chronology_questions({"v": events(*LETTERS)}, events=3, per_video=2)
    assert [len(one.choices[0].split(", then ")) for one in many] == [3, 3]
    assert many[0].spans[0].start < many[1].spans[0].start


def test_both_places_are_drawn() -> None:
    captions = {f"v{n}": events("one", "two") for n in range(20)}
    made = chronology_questions(captions)
    assert {one.answer for one in made} == {0, 1}
    assert made == chronology_questions(captions)
    assert made != chronology_questions(captions, seed=1)


def test_orders_that_cannot_be_asked_for() -> None:
    with pytest.raises(ConfigError, match="events must be 2 or more, got 1"):
        chronology_questions({"v": events("a", "b")}, events=1)
    with pytest.raises(DatasetError, match="no video has 2 captions one after another"):
        chronology_questions({"v": events("a", "b", "a", "b")})


def test_an_embedder_that_tells_orders_apart() -> None:
    captions = {"v1": events("alpha", "beta"), "v2": events("beta", "alpha", "gamma")}
    made = chronology_questions(captions, per_video=1)
    found = embedder_chronology(made, captions, InOrder())
    assert found.record() == {"n": 2, "accuracy": 100.0, "interval": [100.0, 100.0]}
