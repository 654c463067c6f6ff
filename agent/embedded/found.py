"""Answers from the events that show what is asked for: what, when, how often, how long."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from foretell import ranking
from foretell.agent.embedded.denials import nothing
from foretell.agent.embedded.draft import DraftAnswer
from foretell.agent.embedded.people import actor_of, by_another
from foretell.agent.embedded.question import Question, detail_asked, names_duration, tells
from foretell.agent.embedded.question_state import QuestionState, events_in_order
from foretell.agent.embedded.quoting import mentioned, quoted
from foretell.agent.embedded.times import times_of
from foretell.memory.words.wording import content_words, denies
from foretell.patterns import LazyPattern
from foretell.tools.localization.hit_moments import Moment, find_moments, of_turn
from foretell.tools.localization.relevance import MIN_SCORE
from foretell.tools.localization.text_localizer import WHOLE_SHARE
from foretell.tools.querying.facts import ends_sentence
from foretell.tools.texts.how_often import HowOften
from foretell.tools.texts.marks import event_mark, time_mark
from foretell.tools.texts.turns import Extreme
from foretell.types import Hit

MAX_TIMES = 6
"""Moments of an answer that are shown, as many as are read at a glance; more are counted."""
_HAVING = frozenset({"carry", "have", "hold", "use", "wear"})
"""Verbs of having a thing, which whoever is without it does not."""
_AS_ALIKE = 0.7
"""Share of the best score from which an event may tell the same deed of the same thing: a counter
top has more, another thing that is opened or closed less."""
_ALSO = 2
"""Events that are mentioned as telling perhaps the same."""
_HOW_MUCH = LazyPattern(r"\bhow much\b", re.IGNORECASE)


def detailed(state: QuestionState) -> list[Hit]:
    """Returns the hits that tell a detail without naming its sort: "a red car", but no "colour"."""
    detail = detail_asked(state.question.text)
    return [hit for hit in state.shown_things() if detail and tells(detail, hit.event.text)]


def direct(state: QuestionState, hits: Sequence[Hit]) -> DraftAnswer:
    """Answers from the events that show what is asked for, best first."""
    if not hits:
        return _denied(state) or nothing(state)
    question = state.question
    if question.how_often is not None:
        return _claimed(state, question.how_often, hits)
    if question.extreme is not None:
        return _lasting(question.extreme, hits)
    if question.turn is not None:
        times = _times(state, hits)
        time = of_turn(times, question.turn)
        if time is None:
            return replace(_count(hits, times, "only "), rests_on=tuple(hits))
        ends = {1: time[:1], -1: time[-1:]}
        hits = ends.get(question.turn, time)
    return replace(_from_hits(state, hits), rests_on=tuple(hits))


def _claimed(state: QuestionState, claim: HowOften, hits: Sequence[Hit]) -> DraftAnswer:
    """Says whether something happens as often as a question claims, and how often it does."""
    times = _times(state, hits)
    counted = _count(hits, times)
    told = f"{counted.text[:1].lower()}{counted.text[1:]}"
    answer = "Yes" if claim.holds(len(times)) else "No"
    return replace(counted, text=f"{answer}: {told}", rests_on=tuple(hits))


def _lasting(extreme: Extreme, hits: Sequence[Hit]) -> DraftAnswer:
    """Returns the moment that lasts longest or shortest, the first of equal ones."""
    sign = 1.0 if extreme == "longest" else -1.0
    moment = ranking.best_of(moments_of(hits), lambda one: sign * one.interval.duration)
    best = ranking.best_of(moment.hits, lambda hit: hit.score)
    text = f"The {extreme}, {moment.interval.duration:.1f} s, at {moment.interval}: {quoted(best)}"
    return DraftAnswer(text, confidence=best.score, rests_on=moment.hits)


def _denied(state: QuestionState) -> DraftAnswer | None:
    """Answers no with an event that tells the opposite of what is asked for; None without one."""
    denials = [
        hit
        for hit in events_in_order(state.seen.get("focus", ()))
        if denies(hit.event.text, _denied_of(state.question))
    ]
    if not denials or state.question.kind not in ("yes_no", "when", "count"):
        return None
    lead = {"yes_no": "No", "when": "Never", "count": "Not once"}[state.question.kind]
    return DraftAnswer(f"{lead}: {quoted(denials[0])}", rests_on=tuple(denials[:1]))


def _denied_of(question: Question) -> str:
    """Returns what "without a hat" denies of "wear a hat": the hat alone."""
    if question.verb not in _HAVING:
        return question.focus
    thing = " ".join(word for word in question.focus.split() if word != question.verb)
    return thing if content_words(thing) else question.focus


def _from_hits(state: QuestionState, hits: Sequence[Hit]) -> DraftAnswer:
    """Answers from one hit at least, as the kind of question wants it."""
    best = hits[0]
    match state.question.kind:
        case "when":
            return when_of(hits)
        case "count":
            return _at_least(state, hits, _count(hits, _times(state, hits)))
        case "duration":
            told = next((hit for hit in hits if names_duration(hit.event.text)), None)
            return _what(state, told) if told else _at_least(state, hits, _duration(hits))
        case "yes_no":
            lead = "It is shown" if state.question.denied else "Yes"
            return DraftAnswer(f"{lead}: {quoted(best)}", confidence=best.score)
        case "why":
            return DraftAnswer(
                f"The timeline says what happened, not why: {quoted(best)}",
                confidence=best.score / 2,
            )
        case _ if _HOW_MUCH.search(state.question.text) and not tells("number", best.event.text):
            text = f"The timeline does not tell how much: {quoted(best)}"
            return DraftAnswer(text, status="unknown")
        case _:
            return _doers(state, hits) or _undetailed(state, best) or _what(state, best)


def _at_least(state: QuestionState, hits: Sequence[Hit], draft: DraftAnswer) -> DraftAnswer:
    """Says that there may be more, where others seem to tell the same deed in other words."""
    verb = state.question.verb
    told = {hit.event.id for hit in hits}
    actor = state.question.actor
    least = MIN_SCORE
    if state.question.kind == "count":
        least = max(MIN_SCORE, _AS_ALIKE * hits[0].score)
    near = [
        hit
        for hit in state.inside(state.nearest())
        if hit.score >= least and hit.event.id not in told and not by_another(actor, hit.event.text)
    ]
    also = state.telling(verb, near) if verb else []
    if not also:
        return draft
    more = " ".join(mentioned(hit) for hit in also[:_ALSO])
    text = f"At least: {draft.text[:1].lower()}{draft.text[1:]} Perhaps told in other words: {more}"
    return DraftAnswer(text)


def _doers(state: QuestionState, hits: Sequence[Hit]) -> DraftAnswer | None:
    """Quotes one event of each who does what is asked about; None where it is one alone."""
    if not state.question.asks_who:
        return None
    first: dict[str, Hit] = {}
    for hit in events_in_order(state.telling(state.question.focus, hits)):
        first.setdefault(actor_of(hit.event.text), hit)
    if len(first) < 2:
        return None
    told = list(first.values())[:MAX_TIMES]
    return DraftAnswer(" ".join(quoted(hit, capital=True) for hit in told))


def _undetailed(state: QuestionState, best: Hit) -> DraftAnswer | None:
    """Says that a colour is not told, where the best event tells none; None where it does."""
    if detail_asked(state.question.text) != "colour" or tells("colour", best.event.text):
        return None
    text = f"No colour of it is told: {quoted(best)}"
    return DraftAnswer(text, status="unknown")


def _what(state: QuestionState, best: Hit) -> DraftAnswer:
    """Quotes the best event, or the whole sentence where it is a part of one."""
    if best.event.kind != "speech":
        return DraftAnswer(quoted(best, capital=True), confidence=best.score)
    cues = _cues_of(best, state.seen.get("sentence", ()))
    quote = " ".join(hit.event.text for hit in cues)
    labels = "".join(event_mark(hit.event.id) for hit in cues)
    return DraftAnswer(f'It is said: "{quote}"{labels}', confidence=best.score)


def when_of(hits: Sequence[Hit]) -> DraftAnswer:
    """Returns the moments in which well-matching events stand, in order of time."""
    found = moments_of(hits)
    moments = found[:MAX_TIMES]
    parts = [f"{m.interval}: {quoted(ranking.best_of(m.hits, lambda h: h.score))}" for m in moments]
    text = f"At {parts[0]}" + "".join(f" Also at {part}" for part in parts[1:])
    if len(found) > len(moments):
        text += f" And {len(found) - len(moments)} more: {len(found)} times in all."
    return DraftAnswer(text, confidence=_surest(found))


def _count(hits: Sequence[Hit], found: Sequence[Sequence[Hit]], only: str = "") -> DraftAnswer:
    """Counts the times, unless an event about the whole video tells a number itself."""
    counted = next((hit for hit in hits if is_whole(hit) and _has_digit(hit.event.text)), None)
    if counted is not None:
        return DraftAnswer(quoted(counted, capital=True), confidence=counted.score)
    times = f"{only}once" if len(found) == 1 else f"{only}{len(found)} times"
    by_video = Counter(time[0].video.name for time in found)
    each = ", ".join(f"{count} in {name}" for name, count in by_video.items())
    shares = f", {each}" if len(by_video) > 1 else ""
    example = found[0][0].event.text.rstrip(". ")
    text = f'The timeline shows it {times}{shares} ("{example}"){_labels(found)}.'
    surest = max(hit.score for time in found for hit in time)
    return DraftAnswer(text, confidence=surest * 0.8)


def _times(state: QuestionState, hits: Sequence[Hit]) -> list[tuple[Hit, ...]]:
    """Returns the times at which something is done, in order: moments, and what parts them."""
    return times_of(moments_of(hits), lambda video: state.scorer.timeline(video).events)


def _labels(times: Sequence[Sequence[Hit]]) -> str:
    """Writes the labels of the first few times, and how many more there are."""
    labels = "".join(event_mark(time[0].event.id) for time in times[:MAX_TIMES])
    more = len(times) - MAX_TIMES
    return f"{labels} and {more} more" if more > 0 else labels


def lasted(state: QuestionState) -> DraftAnswer | None:
    """Returns how long what was spoken of lasts, where no other thing is asked about."""
    question = state.question
    if question.kind != "duration" or state.spoken_of is None or content_words(question.focus):
        return None
    at = state.spoken_of[1]
    return DraftAnswer(f"About {at.duration:.1f} s: as long as its event lasts{time_mark(at)}.")


def _duration(hits: Sequence[Hit]) -> DraftAnswer:
    """Adds up the moments, each as long as the events that show it."""
    moments = moments_of(hits)
    total = sum(moment.interval.duration for moment in moments)
    stretches = "" if len(moments) == 1 else f", in {len(moments)} stretches"
    labels = _labels([moment.hits for moment in moments])
    return DraftAnswer(
        f"About {total:.1f} s{stretches}: as long as its events last{labels}.",
        confidence=_surest(moments) * 0.8,
    )


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def moments_of(hits: Sequence[Hit]) -> list[Moment]:
    """Returns the moments of hits in order of time; what tells of the whole video tells none."""
    return find_moments([hit for hit in hits if not is_whole(hit)] or hits)


def _surest(moments: Sequence[Moment]) -> float:
    return max(moment.score for moment in moments)


def is_whole(hit: Hit) -> bool:
    """Whether an event is about the video as a whole, so that it tells no moment."""
    return hit.event.interval.duration >= WHOLE_SHARE * hit.video.duration_seconds


def _cues_of(best: Hit, around: Sequence[Hit]) -> list[Hit]:
    """Returns the cues that make up the sentence which `best` is part of, in order."""
    cues = [hit for hit in events_in_order(around) if hit.event.kind == "speech"]
    place = next((i for i, hit in enumerate(cues) if hit.event.id == best.event.id), None)
    if place is None:
        return [best]
    first = place
    while first > 0 and not ends_sentence(cues[first - 1].event.text):
        first -= 1
    last = place
    while last + 1 < len(cues) and not ends_sentence(cues[last].event.text):
        last += 1
    return cues[first : last + 1]
