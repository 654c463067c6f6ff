"""Chooses among given answers by what the timeline shows."""

from __future__ import annotations

from collections.abc import Sequence

from foretell import ranking
from foretell.agent.embedded.denials import nothing
from foretell.agent.embedded.draft import DraftAnswer
from foretell.agent.embedded.question_state import QuestionState
from foretell.agent.embedded.quoting import all_hits, quoted
from foretell.memory.words.word_book import NEGATIONS
from foretell.memory.words.wording import content_words, words
from foretell.tools.localization.relevance import MIN_SCORE
from foretell.types import Event


def _left_out(state: QuestionState, events: Sequence[Event]) -> DraftAnswer:
    """Chooses what is shown least, where what is not there is asked for."""
    shown = [
        max((one.score for one in state.scorer.score(choice, events)), default=0.0)
        for choice in state.choices
    ]
    place = ranking.best([-score for score in shown])
    text = f"{state.choices[place]}: it is shown least. {nothing(state).text}"
    return DraftAnswer(text, place, status="unknown")


def choose(state: QuestionState) -> DraftAnswer:
    """Chooses the likeliest choice, and quotes the event that shows it best."""
    hits = sorted(all_hits(state), key=lambda hit: hit.event.interval)
    events = [hit.event for hit in hits]
    if not NEGATIONS.isdisjoint(words(state.question.text)):
        return _left_out(state, events)
    answer = state.scorer.choose(state.question.text, state.choices, events)
    place = answer.choice or 0
    choice = state.choices[place]
    confidence = answer.confidence if len({*state.choices}) > 1 else None
    question = " ".join(content_words(state.question.statement))
    alone = state.scorer.score(choice, events)
    joined = state.scorer.score(f"{question} {choice}", events)
    scores = [(a.score + b.score) / 2 for a, b in zip(alone, joined, strict=True)]
    if max(scores, default=0.0) < MIN_SCORE / 2:
        lacking = nothing(state)
        return DraftAnswer(f"{lacking.text} A guess: {choice}.", place, None, (), lacking.status)
    best = hits[ranking.best(scores)]
    return DraftAnswer(f"{choice}: {quoted(best)}", place, confidence, (best,))
