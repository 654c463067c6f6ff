"""Only what is in the timeline may be cited."""

from __future__ import annotations

from foretell.agent.evidence import check_citations
from foretell.memory.library import Library
from foretell.types import Interval, VideoInfo


def test_a_label_becomes_the_times_of_its_event(library: Library, kitchen: VideoInfo) -> None:
    number = library.store.events("kitchen")[6].id
    checked = check_citations(f"The milk is taken [e{number}].", library.store, [kitchen])
    assert checked.text == "The milk is taken [12.0-14.0 s]."
    assert checked.evidence[0].quote == "The camera wearer picks a bottle of milk from the"
    assert checked.evidence[0].interval == Interval(12, 14)
    assert checked.evidence[0].video == "clips/kitchen.mp4"
    assert checked.dropped == 0


def test_what_is_not_there_is_dropped_and_counted(library: Library, kitchen: VideoInfo) -> None:
    checked = check_citations("He flies [e999] away (e998).", library.store, [kitchen])
    assert checked.text == "He flies away."
    assert checked.evidence == ()
    assert checked.dropped == 2


def test_an_event_of_another_video_is_dropped(library: Library, kitchen: VideoInfo) -> None:
    other = library.store.events("lecture")[0].id
    checked = check_citations(f"Somebody speaks [e{other}].", library.store, [kitchen])
    assert (checked.evidence, checked.dropped) == ((), 1)


def test_several_labels_in_one_bracket(library: Library, kitchen: VideoInfo) -> None:
    first, second, *_ = library.store.events("kitchen")
    text = f"Both [e{first.id}, e{second.id}; 999], again [E{first.id}]."
    checked = check_citations(text, library.store, [kitchen])
    assert checked.text == "Both [0.0-2.0 s] [2.0-4.0 s], again [0.0-2.0 s]."
    assert len(checked.evidence) == 2
    assert checked.dropped == 1


def test_cited_times_must_be_those_of_an_event(library: Library, kitchen: VideoInfo) -> None:
    text = "Milk is taken [12.1-13.9 s], then he flies [25-29 s]."
    checked = check_citations(text, library.store, [kitchen])
    assert checked.text == "Milk is taken [12.0-14.0 s], then he flies."
    assert [evidence.interval for evidence in checked.evidence] == [Interval(12, 14)]
    assert checked.dropped == 1


def test_with_several_videos_the_video_is_named(
    library: Library, kitchen: VideoInfo, lecture: VideoInfo
) -> None:
    number = library.store.events("lecture")[1].id
    checked = check_citations(f"Hubble [e{number}].", library.store, [kitchen, lecture])
    assert checked.text == "Hubble [lecture.mp4, 3.0-5.0 s]."


def test_brackets_that_cite_nothing_are_left_alone(library: Library, kitchen: VideoInfo) -> None:
    text = "He says [sic] nothing (e.g. nothing) in room [12]."
    assert check_citations(text, library.store, [kitchen]).text == text
