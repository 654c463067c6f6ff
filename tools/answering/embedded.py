"""Chooses among answers with sentence embeddings and words alone, without a language model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.memory.cosines import cosines
from foretell.memory.embedding.embedders import Embedder
from foretell.memory.embedding.text_vectors import Progress, text_vectors
from foretell.questions import ChoiceAnswer, VideoQuestion
from foretell.tools.answering.choice_features import (
    Columns,
    Hubness,
    QuestionVectors,
    TimelineVectors,
    choice_features,
    index_words,
    load_hubness,
    passages,
    pointed_at,
)
from foretell.tools.answering.choice_weights import about_whole_video, probabilities, weights_for
from foretell.tools.texts.sentences import Sentence, read_sentence
from foretell.types import Event, Interval

SMOOTH_SECONDS = 2.0
"""Standard deviation of the bell that evens out the curve of cosines."""
WIDTH_SHARE = 0.2
"""Length of the span, as a share of the timeline."""


class EmbeddedAnswerer:
    """Weighs how well each choice fits the question and what the video shows.

    Args:
        embedder: What turns text into vectors; the weights were fitted with all-MiniLM-L6-v2.
        folder: Where vectors are kept for the next time; None keeps none.
        abstain_below: It abstains where its probability of the best choice lies below this; 0 is
            to answer always, even of a video that nothing is known of.
        on_progress: Called with how many texts of a sort are embedded, and of how many.
    """

    def __init__(
        self,
        embedder: Embedder,
        folder: Path | None = None,
        *,
        abstain_below: float = 0.0,
        on_progress: Progress | None = None,
    ) -> None:
        self._embedder = embedder
        self._folder = folder
        self._abstain_below = abstain_below
        self._on_progress = on_progress

    def answer(
        self, questions: Sequence[VideoQuestion], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[ChoiceAnswer]:
        """Returns an answer to every question, in their order; all texts are embedded first.

        Raises:
            ModelError: If the embedder fails.
            MemoryStoreError: If the vectors cannot be kept.
        """
        for question, weighed in zip(questions, self.weigh(questions, captions), strict=True):
            yield self._chosen(question, weighed)

    def weigh(
        self, questions: Sequence[VideoQuestion], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[Weighed]:
        """Returns what speaks for the choices of every question, in their order.

        Raises:
            ModelError: If the embedder fails.
            MemoryStoreError: If the vectors cannot be kept.
        """
        sentences = {question.text: read_sentence(question.text) for question in questions}
        vectors = self._vectors(questions, captions, sentences)
        hubness = load_hubness(self._embedder.id)
        whole = {q.video for q in questions if about_whole_video(q.text, q.choices)}
        videos: dict[str, TimelineVectors | None] = {}
        for question in questions:
            events = captions.get(question.video, ())
            if question.video not in videos:
                videos[question.video] = _timeline_vectors(events, vectors, question.video in whole)
            timeline = videos[question.video]
            query = _question_vectors(
                question, sentences[question.text], vectors, timeline, hubness
            )
            yield Weighed(choice_features(query, timeline), query, timeline, events)

    def _chosen(self, question: VideoQuestion, weighed: Weighed) -> ChoiceAnswer:
        chances = probabilities(weighed.columns, weights_for(question.text, question.choices))
        choice = ranking.best(chances)
        chances_of_all = tuple(float(chance) for chance in chances)
        span = _span(weighed, choice)
        if chances[choice] < self._abstain_below or (span is None and self._abstain_below > 0.0):
            return ChoiceAnswer(None, chances_of_all)
        return ChoiceAnswer(choice, chances_of_all, span)

    def _vectors(
        self,
        questions: Sequence[VideoQuestion],
        captions: Mapping[str, Sequence[Event]],
        sentences: Mapping[str, Sentence],
    ) -> _Vectors:
        """Embeds all texts, each sort kept in a file of its own so that others may change."""
        seen = [question for question in questions if captions.get(question.video)]
        videos = dict.fromkeys(question.video for question in seen)
        whole = dict.fromkeys(q.video for q in seen if about_whole_video(q.text, q.choices))
        sorts = (
            [event.text for video in videos for event in captions[video]],
            [passage for video in whole for passage in _passages(captions[video])],
            [choice for question in questions for choice in question.choices]
            + [sentence.text for sentence in sentences.values()]
            + [sentence.anchor.text for sentence in sentences.values() if sentence.anchor],
            [
                _statement(sentences[question.text], choice)
                for question in seen
                for choice in question.choices
            ],
        )
        return _Vectors([self._embedded(list(dict.fromkeys(sort))) for sort in sorts if sort])

    def _embedded(self, texts: list[str]) -> tuple[list[str], NDArray[np.float32]]:
        return texts, text_vectors(texts, self._embedder, self._folder, self._on_progress)


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """What speaks for the choices of one question, and what that was found in.

    Attributes:
        columns: (N,) numbers by the name of the feature.
        query: The question with its vectors.
        timeline: The video's events with their vectors; None where there are none.
        events: The events themselves.
    """

    columns: Columns
    query: QuestionVectors
    timeline: TimelineVectors | None
    events: Sequence[Event]


class _Vectors:
    """The vectors of the texts that were embedded together."""

    def __init__(self, sorts: Sequence[tuple[list[str], NDArray[np.float32]]]) -> None:
        self._sorts = [vectors for _, vectors in sorts]
        self._rows = {
            text: (sort, row)
            for sort, (texts, _) in enumerate(sorts)
            for row, text in enumerate(texts)
        }

    def of(self, text: str) -> NDArray[np.float32]:
        """Returns the (D,) vector of a text."""
        sort, row = self._rows[text]
        return np.asarray(self._sorts[sort][row])

    def all_of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Returns the (N, D) vectors of texts, at least one."""
        return np.stack([self.of(text) for text in texts])


def _statement(sentence: Sentence, choice: str) -> str:
    return f"{sentence.text} {choice}"


def _passages(events: Sequence[Event]) -> list[str]:
    return passages([event.text for event in events])


def _question_vectors(
    question: VideoQuestion,
    sentence: Sentence,
    vectors: _Vectors,
    timeline: TimelineVectors | None,
    hubness: Mapping[str, Hubness],
) -> QuestionVectors:
    statements = [_statement(sentence, choice) for choice in question.choices]
    return QuestionVectors(
        question=vectors.of(sentence.text),
        choices=vectors.all_of(question.choices),
        statements=None if timeline is None else vectors.all_of(statements),
        anchor=vectors.of(sentence.anchor.text) if sentence.anchor else None,
        time=sentence.time,
        texts=question.choices,
        hubness=hubness,
    )


def _span(weighed: Weighed, choice: int) -> Interval | None:
    """Returns the stretch that supports a choice, None where nothing is shown."""
    query, timeline = weighed.query, weighed.timeline
    if timeline is None or query.statements is None:
        return None
    curve = cosines(timeline.vectors, query.statements[choice])
    pointed = pointed_at(query, timeline)
    return supporting_span(curve if pointed is None else curve + pointed, weighed.events)


def _timeline_vectors(
    events: Sequence[Event], vectors: _Vectors, with_passages: bool
) -> TimelineVectors | None:
    if not events:
        return None
    texts = [event.text for event in events]
    middles = [(event.interval.start + event.interval.end) / 2.0 for event in events]
    return TimelineVectors(
        vectors=vectors.all_of(texts),
        passages=vectors.all_of(_passages(events)) if with_passages else None,
        seconds=np.array(middles),
        words=index_words(texts),
    )


def supporting_span(
    cosines: NDArray[np.floating],
    events: Sequence[Event],
    *,
    width_share: float = WIDTH_SHARE,
    smooth_seconds: float = SMOOTH_SECONDS,
) -> Interval:
    """Returns the stretch around the highest point of the evened-out curve of cosines.

    Args:
        cosines: (T,) of what is to be supported with each event.
        events: The T events in order of time, at least one.
        width_share: Length of the span, as a share of the timeline; it is never shorter than the
            best event.
        smooth_seconds: How far neighbours count when the curve is evened out; positive.
    """
    start, end = events[0].interval.start, max(event.interval.end for event in events)
    middles = np.array([(e.interval.start + e.interval.end) / 2.0 for e in events])
    best = events[ranking.best(_smoothed(np.asarray(cosines), middles, smooth_seconds))].interval
    width = max(best.duration, width_share * (end - start))
    first = min(max((best.start + best.end - width) / 2.0, start), end - width)
    return Interval(max(first, start), min(first + width, end))


def _smoothed(
    curve: NDArray[np.floating], middles: NDArray[np.float64], seconds: float
) -> NDArray[np.floating]:
    """Averages a curve with its neighbours, the nearer counting more."""
    first = np.searchsorted(middles, middles - 3.0 * seconds)
    last = np.searchsorted(middles, middles + 3.0 * seconds, side="right")
    evened = np.empty(len(curve))
    for place, (low, high) in enumerate(zip(first, last, strict=True)):
        near = np.exp(-0.5 * ((middles[low:high] - middles[place]) / seconds) ** 2)
        evened[place] = near @ curve[low:high] / near.sum()
    return evened
