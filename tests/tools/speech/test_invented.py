"""What a transcriber invents or repeats is left out; what it may have heard is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from foretell import VideoAgent
from foretell.tools.speech.invented import without_invented
from foretell.tools.speech.timed_words import TimedWord, utterances_of_words
from foretell.tools.speech.told_once import not_in_subtitles
from foretell.tools.speech.transcriber import Utterance
from foretell.types import Event, Interval
from tests.tools.made_sounds import Samples, tones, write_sounding


def said(*lines: tuple[float, str, float | None]) -> list[Utterance]:
    """Utterances of a second."""
    return [Utterance(Interval(at, at + 1.0), text, probability) for at, text, probability in lines]


def kept(*lines: tuple[float, str, float | None]) -> list[str]:
    return [one.text for one in without_invented(said(*lines))]


def test_stock_phrases_and_guesses_over_noise_are_left_out() -> None:
    noise = ((5.0, "Thank you.", 0.84), (6.5, "Thank you.", 0.79), (7.5, "It is my trip.", 0.4))
    assert kept(*noise) == []
    assert kept((0.0, "Cut it.", 0.9), *noise) == ["Cut it."]


@pytest.mark.parametrize("phrase", ["Thank you.", "thanks for watching!", "Bye-bye.", "You"])
def test_a_stock_phrase_beside_a_guess_goes_with_it(phrase: str) -> None:
    assert kept((0.0, "My ship is.", 0.3), (1.5, phrase, 0.8)) == []
    assert kept((0.0, phrase, 0.8), (1.5, "My ship is.", 0.3)) == []
    assert kept((0.0, phrase, 0.8), (9.0, "My ship is.", 0.3)) == [phrase]


@pytest.mark.parametrize(
    "lines",
    [
        [(0.0, "Thank you.", 0.7), (1.5, "Now cut the onions.", 0.6)],
        [(0.0, "Thank you very much for your help.", 0.5)],
        [(0.0, "No, no.", 0.8), (1.2, "No, no.", 0.8)],
        [(0.0, "Thank you.", 0.9), (60.0, "Thank you.", 0.9)],
        [(0.0, "whatever it was", None), (2.0, "Thank you.", None)],
    ],
)
def test_what_may_be_said_is_kept(lines: list[tuple[float, str, float | None]]) -> None:
    assert kept(*lines) == [text for _, text, _ in lines]


def test_an_utterance_is_as_likely_as_its_words() -> None:
    words = [
        TimedWord(word=" cut", start=0.0, end=0.3, probability=0.9),
        TimedWord(word=" it", start=0.3, end=0.5, probability=0.4),
        TimedWord(word=" now", start=5.0, end=5.3, probability=0.0),
    ]
    first, second = utterances_of_words(" cut it now", words)
    assert first.probability == pytest.approx(0.6)
    assert second.probability == pytest.approx(1e-6)
    untold = [words[0], TimedWord(word=" it", start=0.3, end=0.5)]
    assert utterances_of_words(" cut it", untold)[0].probability is None


CUES = [
    Event(
        Interval(0.2, 4.2), "speech", "NAR: This is the science segment of the Webb", "subtitles"
    ),
    Event(Interval(4.3, 8.3), "speech", "space telescope in the largest cleanroom", "subtitles"),
]


@pytest.mark.parametrize(
    ("start", "text", "told"),
    [
        (0.6, "This is the science segment of the Webb Space Telescope", True),
        (4.7, "in the largest clean room", False),
        (4.7, "space telescope in the largest clean", True),
        (0.6, "Das ist der wissenschaftliche Teil des Teleskops", False),
        (30.0, "This is the science segment of the Webb", False),
        (0.6, "Hand me the wooden spoon, this one", False),
        (0.6, "♪", False),
    ],
)
def test_words_that_subtitles_tell_are_told_once(start: float, text: str, told: bool) -> None:
    heard = Event(Interval(start, start + 3.0), "speech", text, "transcriber:x")
    assert not_in_subtitles([heard], CUES) == ([] if told else [heard])


@dataclass
class Listener:
    """A transcriber that hears the same two sentences in everything."""

    name: str = "listener"
    id: str = "listener 1"

    def transcribe(self, samples: Samples) -> list[Utterance]:
        return said((1.0, "Pour the milk into the cup.", 0.9), (5.0, "Then stir it well.", 0.8))


@pytest.mark.parametrize("is_later", [False, True], ids=["at once", "later"])
def test_a_watch_tells_each_sentence_once_and_how_sure_it_is(
    tmp_path: Path, is_later: bool
) -> None:
    clip = write_sounding(tmp_path / "talk.mkv", [(0.0, tones(8.0, [Interval(1.0, 7.0)]))])
    cue = "1\n00:00:00,900 --> 00:00:02,500\nPour the milk into the cup!\n"
    with VideoAgent(library=tmp_path / "library", transcriber=Listener()) as agent:
        if is_later:
            heard, _ = agent.watch(clip).timeline.of_kind("speech")
            assert heard.text == "Pour the milk into the cup."
        (tmp_path / "talk.srt").write_text(cue)
        events = agent.watch(clip).timeline.of_kind("speech")
        assert agent.watch(clip).timeline.of_kind("speech") == events
    spoken = [(one.text, one.confidence) for one in events]
    assert spoken == [("Pour the milk into the cup!", None), ("Then stir it well.", 0.8)]
