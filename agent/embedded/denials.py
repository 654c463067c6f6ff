"""Says that nothing shows what is asked for, and whether anybody looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from foretell.agent.embedded.draft import DraftAnswer
from foretell.agent.embedded.question import Question, detail_asked
from foretell.agent.embedded.question_state import QUERY, QuestionState
from foretell.agent.embedded.quoting import MAX_LISTED, all_hits, mentioned, quoted
from foretell.memory.words.languages import ENGLISH, language_of
from foretell.tools.localization.relevance import MIN_SCORE
from foretell.tools.querying.facts import Subject
from foretell.tools.querying.not_looked import nothing_found
from foretell.types import AnswerStatus, Hit, spread

_OTHER_LANGUAGE = (
    "The question seems to be in {language}, and this planner reads English alone; ask in English, "
    "name a chat model (docs/endpoints.md), or let a multilingual embedder find what is nearest "
    "(`foretell embed`, docs/models.md)."
)
_NEAREST = 2
"""Events that are told where none is sure to answer."""
_TELLS = ("Nothing in the timeline shows it: all", "No event is sure to tell it, though all")
"""A denial, and what is said instead where texts may leave it out or tell it in other words."""


def nothing(state: QuestionState, about: str = "") -> DraftAnswer:
    """Says that nothing shows what is asked for, and whether anybody looked.

    What is shown tells whether something happens; which, who and why, it may leave out. Nothing is
    denied whose deed an event tells of something like it, which is given as the nearest, and
    nothing beside a moment that is not found.
    """
    language = language_of(state.question.text)
    if language != ENGLISH:
        near = state.scorer.nearest(state.question.text, all_hits(state))
        if not near:
            return DraftAnswer(_OTHER_LANGUAGE.format(language=language), status="unknown")
        words = " ".join(quoted(hit, capital=True) for hit in near)
        nearest = f"The question seems to be in {language}. Nearest in meaning: {words}"
        return DraftAnswer(nearest, rests_on=tuple(near), status="unknown")
    asked = state.question.query
    if asked is not None and asked.subject not in ("action", "object"):
        told_by = [reply for name, reply in state.replies.items() if name.startswith(QUERY)]
        words_of_it = [reply.partition(": ")[2] for reply in told_by]
        return DraftAnswer("\n".join(words_of_it), status="unknown")
    subject: Subject = asked.subject if asked else "action"
    told = [nothing_found(subject, state.scorer.timeline(video)) for video in state.videos]
    status: AnswerStatus = "absent" if all(one == "absent" for one, _ in told) else "unknown"
    near = state.nearest(about)
    about_it = any(state.does([hit for hit in near if hit.score >= MIN_SCORE]))
    if status == "absent" and (about or about_it or _may_be_left_out(state.question)):
        status = "unknown"
        told = [(one, text.replace(*_TELLS)) for one, text in told]
    text = "\n".join(
        f"{video.name}: {text}" if len(told) > 1 else text
        for video, (_, text) in zip(state.videos, told, strict=True)
    )
    if status == "unknown" and near:
        text = f"{text} Nearest: {' '.join(map(mentioned, near[:_NEAREST]))}"
    elif status == "unknown" and (texts := _said_or_shown(state)):
        words = " ".join(quoted(hit, capital=True) for hit in texts)
        text = f"{text} Nearest of what is said or shown: {words}"
    if about:
        text = f'No event matches "{about}". {text}'
    return DraftAnswer(text, status=status)


def with_known(lacking: DraftAnswer, lead: str, hits: Sequence[Hit]) -> DraftAnswer:
    """Adds to a denial what is known instead, if anything is."""
    if not hits:
        return lacking
    known = " ".join(quoted(hit, capital=True) for hit in spread(hits, MAX_LISTED))
    return replace(lacking, text=f"{lacking.text} {lead}: {known}")


def _said_or_shown(state: QuestionState) -> list[Hit]:
    """Returns the texts nearest to a question, where there are texts and no captions."""
    hits = state.seen.get("focus", ())
    if any(hit.event.kind in ("caption", "action") for hit in hits):
        return []
    texts = [hit for hit in hits if hit.event.kind in ("speech", "screen_text")]
    return texts[:_NEAREST]


def _may_be_left_out(question: Question) -> bool:
    """Whether captions may leave out what is asked though it is there.

    They tell what is done; who does it, how something is, and how many there are, they need not.
    """
    passing = question.kind in ("what", "why", "about", "duration", "compare")
    things = question.kind == "count" and detail_asked(question.text) == "number"
    return passing or things or (question.kind == "yes_no" and question.state)
