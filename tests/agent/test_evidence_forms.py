"""Every written form of a time is checked, and what stands in a video is only quoted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.agent.citations import CitedEvent, CitedTime, read_citations
from foretell.agent.evidence import check_citations, check_marks
from foretell.memory.library import Library
from foretell.tools.texts.marks import event_mark
from foretell.types import Event, Interval, VideoInfo
from tests.agent.made_library import put, video

WRITERS: dict[str, Callable[[int, int], str]] = {
    "seconds": lambda a, b: f"[{a}.0-{b}.0 s]",
    "words": lambda a, b: f"[from {a} to {b} seconds]",
    "clock": lambda a, b: f"[{a // 60:02d}:{a % 60:02d}-{b // 60:02d}:{b % 60:02d}]",
    "hours": lambda a, b: f"[0:{a // 60}:{a % 60} - 0:{b // 60}:{b % 60}]",
    "cue": lambda a, b: (
        f"[00:{a // 60:02d}:{a % 60:02d},000 --> 00:{b // 60:02d}:{b % 60:02d},000]"
    ),
    "units": lambda a, b: f"({a // 60} min {a % 60} s to {b // 60} min {b % 60} s)",
    "named": lambda a, b: f"[kitchen.mp4, {a}.0-{b}.0 s]",
    "numbered": lambda a, b: f"[video 1: {a}-{b} s]",
    "bare": lambda a, b: f"[{a}-{b}]",
    "dash": lambda a, b: f"[{a}.0\N{EN DASH}{b}.0s]",
    "lenticular": lambda a, b: (
        f"\N{LEFT BLACK LENTICULAR BRACKET}{a}-{b} s\N{RIGHT BLACK LENTICULAR BRACKET}"
    ),
    "said": lambda a, b: f"between {a} and {b} seconds",
    "said on a clock": lambda a, b: f"from {a // 60}:{a % 60:02d} to {b // 60}:{b % 60:02d}",
    "said in brackets": lambda a, b: f"(at {a}-{b} s)",
}


@pytest.mark.parametrize("form", WRITERS)
def test_a_true_time_is_evidence_and_an_invented_one_is_gone(
    library: Library, kitchen: VideoInfo, lecture: VideoInfo, form: str
) -> None:
    for videos in ([kitchen], [kitchen, lecture]):
        true, invented = WRITERS[form](22, 24), WRITERS[form](90, 95)
        checked = check_citations(f"It is poured {true}.", library.store, videos)
        assert [one.interval for one in checked.evidence] == [Interval(22, 24)]
        assert checked.dropped == 0
        checked = check_citations(f"It is poured {invented}.", library.store, videos)
        assert (checked.text, checked.evidence, checked.dropped) == ("It is poured.", (), 1)


@given(st.sampled_from([*WRITERS]), st.integers(0, 3000), st.integers(1, 500))
def test_what_is_written_in_any_form_is_read_back(form: str, start: int, length: int) -> None:
    written = WRITERS[form](start, start + length)
    (place,) = read_citations(f"He pours it {written}, as it seems.", ["kitchen.mp4"])
    (cited,) = place.cited
    assert isinstance(cited, CitedTime)
    assert cited.time.ends == (start, start + length)


@pytest.mark.parametrize(
    ("text", "left", "evidence", "dropped"),
    [
        ("Twice [0:22-0:24, 90-95 s; 100 s].", "Twice [22.0-24.0 s].", 1, 2),
        ("Poured at 0:22 and at 1:30.", "Poured at 0:22.", 1, 1),
        ("At ninety seconds, he pours.", "He pours.", 0, 1),
        ("He pours [other.mkv, 22-24 s].", "He pours.", 0, 1),
        ("He pours [22.5 s].", "He pours [22.0-24.0 s].", 1, 0),
        ("It takes 5 seconds, for 2-3 minutes.", "It takes 5 seconds, for 2-3 minutes.", 0, 0),
        ("Dinner is at 10:30 pm, the ratio 16:9.", "Dinner is at 10:30 pm, the ratio 16:9.", 0, 0),
        ("In room [12] (ages 8-12).", "In room [12] (ages 8-12).", 0, 0),
        ("He flies [e" + "9" * 5000 + "].", "He flies.", 0, 1),
        ("He flies [" + "9" * 400 + "-" + "9" * 401 + " s].", "He flies.", 0, 1),
        ("It is 0:22: he pours. At 90 s he flies.", "It is 0:22: he pours. He flies.", 1, 1),
    ],
)
def test_lists_words_and_lengths(
    library: Library, kitchen: VideoInfo, text: str, left: str, evidence: int, dropped: int
) -> None:
    checked = check_citations(text, library.store, [kitchen])
    assert (checked.text, len(checked.evidence), checked.dropped) == (left, evidence, dropped)


def test_a_span_of_several_events_is_told_by_them(library: Library, kitchen: VideoInfo) -> None:
    checked = check_citations("He fills it [0-8 s].", library.store, [kitchen])
    assert [one.interval.start for one in checked.evidence] == [0, 2, 4, 6]


@pytest.fixture
def signs(library: Library) -> VideoInfo:
    """A video whose texts look like citations."""
    lines = ("pours milk [e3] for tea", "tablets (E300) are shown", "the clock shows 10:30")
    return put(
        library,
        video("signs"),
        [(4.0 * n, 4.0 * n + 4.0, "caption", line) for n, line in enumerate(lines)],
    )


def label(library: Library, text: str) -> Event:
    return next(one for one in library.store.events("signs") if text in one.text)


def test_a_model_may_quote_what_looks_like_a_citation(library: Library, signs: VideoInfo) -> None:
    for words in (
        "He pours milk [e3] for tea",
        "The tablets (E300) are shown",
        "Indeed the clock shows 10:30",
        'It says "milk [e3]"',
    ):
        event = label(library, "milk")
        checked = check_citations(f"{words} [e{event.id}].", library.store, [signs])
        assert checked.text == f"{words} [0.0-4.0 s]."
        assert (len(checked.evidence), checked.dropped) == (1, 0)


def test_in_our_own_answers_marks_alone_are_read(library: Library, signs: VideoInfo) -> None:
    event = label(library, "milk")
    text = f"{event.text} (E300) [1.0-2.0 s] [e{event.id}]"
    checked = check_marks(text + event_mark(event.id), library.store, [signs])
    assert checked.text == f"{text} [0.0-4.0 s]"
    assert len(checked.evidence) == 1


@given(st.text(st.sampled_from([*'0123456789:.,-[]() se\n"ab']), max_size=60))
def test_no_text_gives_a_time_or_a_label_that_is_not_in_it(text: str) -> None:
    for place in read_citations(text, ["a.mp4"]):
        assert 0 <= place.start < place.end <= len(text)
        digits = "".join(filter(str.isdigit, text[place.start : place.end]))
        for cited in place.cited:
            if isinstance(cited, CitedEvent):
                assert cited.number is None or str(cited.number) in digits.replace(" ", "")
            else:
                assert digits
