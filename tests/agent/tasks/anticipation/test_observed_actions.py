"""The actions that are read out of a timeline."""

from __future__ import annotations

from foretell.actions import Action
from foretell.agent.tasks.anticipation.observed_actions import ObservedActions, observe
from foretell.types import Event, Interval, ScoredLabel, Timeline
from tests.agent.made_library import Line
from tests.agent.tasks.anticipation.anticipation_scene import COOKING, TAXONOMY, VIDEO, timeline


def seen(*lines: Line, observed: int = 8) -> ObservedActions:
    return observe(timeline(*lines), TAXONOMY, observed)


def test_captions_tell_actions() -> None:
    read = seen(*COOKING)
    assert [str(action) for action in read.window.past] == [
        "take onion",
        "put onion",
        "take knife",
        "cut onion",
    ]
    assert [event.interval.start for event in read.events] == [0, 2, 6, 8]
    assert read.window.captions == tuple(text for *_, text in COOKING)
    assert (read.window.key, read.window.video) == ("supper.mp4_3", VIDEO.content_hash)
    assert read.repairs == {"synonym_verb": 1, "not_an_action": 1}


def test_the_latest_actions_alone_count() -> None:
    read = seen(*COOKING, observed=1)
    assert read.window.past == (Action("cut", "onion"),)
    assert read.window.captions == ("The person cuts the onion",)
    assert read.window.key == "supper.mp4_3"
    assert read.repairs == {}


def test_action_events_come_before_captions() -> None:
    read = seen((3, 7, "action", "wash bowl"), *COOKING)
    assert read.window.past == (Action("wash", "bowl"),)
    assert [event.kind for event in read.events] == ["action"]
    assert read.window.captions == tuple(text for *_, text in COOKING[1:])


def test_the_pieces_of_a_long_action_are_one() -> None:
    labels = (ScoredLabel("verb", "wash", 0.9),)
    events = [
        Event(Interval(start, end), "action", text, source, labels=labels)
        for start, end, text, source in (
            (0, 60, "wash bowl", "recognizer:a"),
            (60, 120, "wash bowl", "recognizer:a"),
            (120, 130, "wash bowl", "recognizer:a"),
            (131, 140, "wash bowl", "recognizer:a"),
            (140, 150, "cut onion", "recognizer:a"),
            (150, 160, "cut onion", "recognizer:b"),
        )
    ]
    read = observe(Timeline(VIDEO, tuple(events)), TAXONOMY)
    assert [str(action) for action in read.window.past] == ["wash bowl"] * 2 + ["cut onion"] * 2
    assert read.events[0].interval == Interval(0, 130)


def test_what_is_told_twice_is_done_twice() -> None:
    read = seen((0, 1, "action", "wash bowl"), (1, 2, "action", "wash bowl"))
    assert read.window.past == (Action("wash", "bowl"),) * 2


def test_captions_serve_where_no_action_event_tells_any() -> None:
    read = seen((0, 9, "action", "nothing much"), (1, 2, "caption", "He opens the door"))
    assert read.window.past == (Action("open", "door"),)
    assert read.repairs == {}


def test_a_verb_alone_takes_the_noun_before() -> None:
    read = seen(
        (0, 1, "action", "wash"),
        (1, 2, "action", "the bowl"),
        (2, 3, "action", "take pan"),
        (3, 4, "action", "wash"),
    )
    assert read.window.past == (Action("take", "pan"), Action("wash", "pan"))
    assert read.repairs == {"carried_noun": 1}


def test_captions_at_an_instant_belong_to_their_action() -> None:
    lines: list[Line] = [(at, at, "caption", f"He cuts onion {at}") for at in range(12)]
    read = seen(*lines)
    assert read.window.captions == tuple(f"He cuts onion {at}" for at in range(4, 12))
    assert len(read.window.past) == 8


def test_a_timeline_that_tells_no_action() -> None:
    nothing = seen((0, 2, "speech", "Cut the onion."))
    assert (nothing.window.past, nothing.events, nothing.repairs) == ((), (), {})
    assert nothing.window.captions == ()
    foreign = seen((0, 2, "caption", "Der Mann schneidet eine Zwiebel"), (2, 3, "caption", " "))
    assert (foreign.window.past, foreign.repairs) == ((), {})
    assert foreign.window.captions == ("Der Mann schneidet eine Zwiebel",)


def test_a_long_timeline_is_read_to_its_end() -> None:
    texts = ("He washes the bowl", "", "Il prend le bol", "\N{COOKING}")
    events = [Event(Interval(at, at + 1), "caption", texts[at % 4], "made") for at in range(2000)]
    read = observe(Timeline(VIDEO, tuple(events)), TAXONOMY)
    assert read.window.past == (Action("wash", "bowl"),) * 8
    assert read.window.key == "supper.mp4_499"
    assert read.repairs == {"not_an_action": 24}
    assert set(read.window.captions) == {texts[0], texts[2], texts[3]}
