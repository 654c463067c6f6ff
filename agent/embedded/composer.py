"""Writes the embedded planner's answers, in the words of the timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from foretell import ranking
from foretell.agent.embedded.draft import DraftAnswer
from foretell.agent.embedded.question import QuestionKind, detail_asked, names_duration, tells
from foretell.agent.embedded.question_state import (
    QUERY,
    QuestionState,
    events_in_order,
    stretch_between,
)
from foretell.memory.words.languages import ENGLISH, language_of
from foretell.memory.words.word_book import NEGATIONS
from foretell.memory.words.wording import content_words, denies, meanings, words
from foretell.tools.localization.hit_moments import Moment, find_moments
from foretell.tools.localization.relevance import MIN_SCORE
from foretell.tools.localization.text_localizer import WHOLE_SHARE
from foretell.tools.pictures.shots import Shots
from foretell.tools.querying.facts import Subject
from foretell.tools.querying.not_looked import nothing_found
from foretell.tools.texts.time_words import Relation
from foretell.types import AnswerStatus, Event, EventKind, Hit, Interval, spread

_OTHER_LANGUAGE = (
    "The question seems to be in {language}, and this planner reads English alone; ask in English, "
    "or name a chat model (docs/endpoints.md)."
)
_TELLS = ("Nothing in the timeline shows it: all", "Nothing in the timeline tells it, though all")
"""A denial, and the same of what texts may leave out."""
MAX_LISTED = 6
"""Events of a list, which is read at a glance."""
_TOLERANCE_SECONDS = 0.05
"""Seconds by which two events may overlap and still follow each other: a frame."""
_PREFERRED_KINDS: tuple[EventKind, ...] = ("action", "caption", "speech", "screen_text", "object")


def compose(state: QuestionState) -> DraftAnswer:
    """Answers the question, or says that the timeline holds no answer."""
    question = state.question
    if state.choices:
        return _choose(state)
    if question.query is not None and (told := state.query_answers()):
        return _queried(state, told)
    if of_its_kind := _OF_KIND.get(question.kind):
        return of_its_kind(state)
    if question.between:
        return _between(state)
    if question.within is not None:
        return _within(state, question.within)
    if question.alternatives:
        return _in_order(state)
    if question.relation is not None:
        return _relative(state)
    if not content_words(question.focus):
        return _lasted(state) or _at_the_ends(state)
    return _direct(state, state.ranked("focus", question.focus) or _detailed(state))


def _queried(state: QuestionState, told: Mapping[str, str]) -> DraftAnswer:
    """Answers with what going through each video told."""
    statuses = {text.partition(": ")[0] for text in told.values()}
    several = len(state.videos) > 1
    lines: list[str] = []
    for name, text in told.items():
        video = state.videos[int(name.rpartition("-")[2]) - 1]
        words = text.partition(": ")[2]
        lines.append(f"{video.name}: {words}" if several else words)
    hits = tuple(hit for name in told for hit in state.seen[name])
    status: AnswerStatus = "answered" if "answered" in statuses else "absent"
    return DraftAnswer("\n".join(lines), rests_on=hits, status=status)


def _nothing(state: QuestionState, about: str = "") -> DraftAnswer:
    """Says that nothing shows what is asked for, and whether anybody looked.

    What is shown tells whether something happens; which, who and why, it may leave out.
    """
    language = language_of(state.question.text)
    if language != ENGLISH:
        return DraftAnswer(_OTHER_LANGUAGE.format(language=language), status="unknown")
    asked = state.question.query
    if asked is not None and asked.subject not in ("action", "object"):
        told_by = [reply for name, reply in state.replies.items() if name.startswith(QUERY)]
        words_of_it = [reply.partition(": ")[2] for reply in told_by]
        return DraftAnswer("\n".join(words_of_it), status="unknown")
    subject: Subject = asked.subject if asked else "action"
    told = [nothing_found(subject, state.scorer.timeline(video)) for video in state.videos]
    status: AnswerStatus = "absent" if all(one == "absent" for one, _ in told) else "unknown"
    if status == "absent" and state.question.kind in ("what", "why", "duration", "compare"):
        status = "unknown"
        told = [(one, text.replace(*_TELLS)) for one, text in told]
    text = "\n".join(
        f"{video.name}: {text}" if len(told) > 1 else text
        for video, (_, text) in zip(state.videos, told, strict=True)
    )
    if about:
        text = f'No event matches "{about}". {text}'
    return DraftAnswer(text, status=status)


def _summary(state: QuestionState) -> DraftAnswer:
    """Tells what happens in each video, or that nobody looked, with what is known instead."""
    hits = _all(state)
    if any(hit.event.kind in ("caption", "action", "speech") for hit in hits):
        return _listed("The timeline shows", _main_events(hits))
    lacking = _nothing(state)
    known = " ".join(_quoted(hit, capital=True) for hit in spread(hits, MAX_LISTED))
    return replace(
        lacking, text=f"{lacking.text} What is known: {known}" if known else lacking.text
    )


def _within(state: QuestionState, at: Interval) -> DraftAnswer:
    """Lists what stands at the time that the question names."""
    hits = events_in_order(_all(state))
    if not any(at.overlaps(video.interval) for video in state.videos):
        lengths = ", ".join(f"{v.name} ends at {v.interval.end:.1f} s" for v in state.videos)
        return DraftAnswer(f"There is nothing at {at}: {lengths}.", status="absent")
    if any(hit.event.kind in ("caption", "action", "speech") for hit in hits):
        return _listed("Then the timeline shows", hits)
    lacking = _nothing(state)
    known = " ".join(_quoted(hit, capital=True) for hit in spread(hits, MAX_LISTED))
    return replace(lacking, text=f"{lacking.text} Then: {known}" if known else lacking.text)


def _compared(state: QuestionState) -> DraftAnswer:
    """Tells what stands first and what stands last in each video."""
    lines: list[str] = []
    told: list[Hit] = []
    for number in range(1, len(state.videos) + 1):
        ends = [
            _of_best_kind(events_in_order(state.seen.get(f"{order}-{number}", ())), None)
            for order in ("first", "last")
        ]
        if all(ends):
            first, last = ends[0][0], ends[1][-1]
            lines.append(f"At the beginning, {_quoted(first)} At the end, {_quoted(last)}")
            told += [first, last]
    return DraftAnswer("\n".join(lines), rests_on=tuple(told)) if lines else _nothing(state)


def _between(state: QuestionState) -> DraftAnswer:
    """Lists what lies between two moments."""
    first, last = state.question.between
    for place, moment in enumerate((first, last)):
        if not state.ranked(f"moment-{place}", moment):
            return _nothing(state, moment)
    stretch = stretch_between(state)
    if stretch is None:
        return DraftAnswer(f'No "{last}" follows on "{first}".', status="absent")
    _, at = stretch
    inside = [
        hit
        for hit in state.seen.get("between", ())
        if hit.event.interval.start >= at.start - _TOLERANCE_SECONDS
        and hit.event.interval.end <= at.end + _TOLERANCE_SECONDS
    ]
    if not inside:
        return DraftAnswer(f"The timeline holds nothing between the two, at {at}.", status="absent")
    return _listed("Between the two", _main_events(inside))


def _foreseen(state: QuestionState) -> DraftAnswer:
    """Returns the likeliest future of each video after what was seen last, or why there is none."""
    if not state.seen:
        return _nothing(state)
    lines: list[str] = []
    for name, hits in state.seen.items():
        likeliest = state.replies[name].splitlines()[0]
        lines.append(f"{likeliest}. Seen last: {_quoted(hits[-1])}" if hits else likeliest)
    return DraftAnswer("\n".join(lines))


def _planned(state: QuestionState) -> DraftAnswer:
    """Returns the likeliest plan from what each video shows, and what it rests on."""
    if not state.seen:
        return _nothing(state)
    lines: list[str] = []
    for name, hits in state.seen.items():
        steps, *grounds = [
            line for line in state.replies[name].splitlines() if not line.startswith(("Or: ", "[e"))
        ]
        shown = " ".join(_quoted(hit, capital=True) for hit in hits[-1:])
        seen = [f"The start: {shown}"] if hits else []
        lines.append(
            " ".join([f"{steps}.", *seen, *(f"{line[:1].upper()}{line[1:]}." for line in grounds)])
        )
    return DraftAnswer("\n".join(lines))


def _detailed(state: QuestionState) -> list[Hit]:
    """Returns the hits that tell a detail without naming its sort: "a red car", but no "colour"."""
    detail = detail_asked(state.question.text)
    return [hit for hit in state.shown_things() if detail and tells(detail, hit.event.text)]


def _direct(state: QuestionState, hits: Sequence[Hit]) -> DraftAnswer:
    """Answers from the events that show what is asked for, best first."""
    if not hits:
        return _denied(state) or _nothing(state)
    question = state.question
    if question.order is not None:
        ordered = events_in_order(hits)
        hits = [ordered[0] if question.order == "first" else ordered[-1]]
    return replace(_from_hits(state, hits), rests_on=tuple(hits))


def _denied(state: QuestionState) -> DraftAnswer | None:
    """Answers no with an event that tells the opposite of what is asked for; None without one."""
    denials = [
        hit
        for hit in events_in_order(state.seen.get("focus", ()))
        if denies(hit.event.text, state.question.focus)
    ]
    if not denials or state.question.kind not in ("yes_no", "when", "count"):
        return None
    lead = {"yes_no": "No", "when": "Never", "count": "Not once"}[state.question.kind]
    return DraftAnswer(f"{lead}: {_quoted(denials[0])}", rests_on=tuple(denials[:1]))


def _from_hits(state: QuestionState, hits: Sequence[Hit]) -> DraftAnswer:
    """Answers from one hit at least, as the kind of question wants it."""
    best = hits[0]
    match state.question.kind:
        case "when":
            return when_of(hits)
        case "count":
            return _count(hits)
        case "duration":
            told = next((hit for hit in hits if names_duration(hit.event.text)), None)
            return _what(state, told) if told else _duration(hits)
        case "yes_no":
            return DraftAnswer(f"Yes: {_quoted(best)}", confidence=best.score)
        case "why":
            return DraftAnswer(
                f"The timeline says what happened, not why: {_quoted(best)}",
                confidence=best.score / 2,
            )
        case _:
            return _what(state, best)


def _what(state: QuestionState, best: Hit) -> DraftAnswer:
    """Quotes the best event, or the whole sentence where it is a part of one."""
    if best.event.kind != "speech":
        return DraftAnswer(_quoted(best, capital=True), confidence=best.score)
    cues = _sentence(best, state.seen.get("sentence", ()))
    quote = " ".join(hit.event.text for hit in cues)
    labels = "".join(f" [e{hit.event.id}]" for hit in cues)
    return DraftAnswer(f'It is said: "{quote}"{labels}', confidence=best.score)


def _relative(state: QuestionState) -> DraftAnswer:
    """Answers what happens before, after or during the anchor."""
    question = state.question
    anchor = state.anchor()
    if anchor is None:
        if question.follows_up:
            return DraftAnswer("Nothing was spoken of yet that this could follow; name the moment.")
        return _nothing(state, question.anchor)
    video, at, event = anchor
    beside = [
        hit
        for hit in events_in_order(state.seen.get("beside", ()))
        if hit.video.content_hash == video.content_hash
        and _stands(hit.event, at, question.relation)
    ]
    if content_words(question.focus) and question.kind in ("when", "count", "yes_no"):
        shown = {hit.event.id for hit in beside}
        focused = state.ranked("focus", question.focus)
        return _direct(state, [hit for hit in focused if hit.event.id in shown])
    following = _distinct(_of_best_kind(beside, event), event)
    if question.relation == "before":
        following = following[::-1]
    if not following:
        return DraftAnswer(f"The timeline holds nothing {question.relation} {at}.")
    when = {"before": "Before that", "after": "After that", "during": "Meanwhile"}
    text = f"{when[question.relation or 'during']}, {_quoted(following[0])}"
    if len(following) > 1 and question.relation != "during":
        text += f" {'Before' if question.relation == 'before' else 'Then'}: {_quoted(following[1])}"
    return DraftAnswer(text, confidence=state.anchor_score(event), rests_on=tuple(following))


def _in_order(state: QuestionState) -> DraftAnswer:
    """Returns which of several deeds is seen first or last, and the others after it."""
    shown: list[Hit] = []
    for number, deed in enumerate(state.question.alternatives):
        hits = events_in_order(state.ranked(f"deed-{number}", deed))
        if not hits:
            return _nothing(state, deed)
        shown.append(hits[0] if state.question.order == "first" else hits[-1])
    shown = events_in_order(shown)
    confidence = min(hit.score for hit in shown)
    if state.question.order == "last":
        shown.reverse()
    lead, then = ("First", "Then") if state.question.order == "first" else ("Last", "Before")
    others = "".join(f" {then}: {_quoted(hit)}" for hit in shown[1:])
    return DraftAnswer(
        f"{lead}, {_quoted(shown[0])}{others}", confidence=confidence, rests_on=tuple(shown)
    )


def _at_the_ends(state: QuestionState) -> DraftAnswer:
    """Returns what stands first or last in the timeline."""
    hits = _of_best_kind(events_in_order(_all(state)), None)
    if not hits or state.question.order is None:
        return _nothing(state)
    if state.question.order == "last":
        return DraftAnswer(
            f"At the end, {_quoted(hits[-1])}",
            confidence=0.8,
            rests_on=_without_shots(hits[-1:]),
        )
    if state.question.order == "first":
        return DraftAnswer(
            f"At the beginning, {_quoted(hits[0])}",
            confidence=0.8,
            rests_on=_without_shots(hits[:1]),
        )
    raise AssertionError(f"the order is {state.question.order!r}, which is neither end")


def _left_out(state: QuestionState, events: Sequence[Event]) -> DraftAnswer:
    """Chooses what is shown least, where what is not there is asked for."""
    shown = [
        max((one.score for one in state.scorer.score(choice, events)), default=0.0)
        for choice in state.choices
    ]
    place = ranking.best([-score for score in shown])
    text = f"{state.choices[place]}: it is shown least. {_nothing(state).text}"
    return DraftAnswer(text, place, status="unknown")


def _choose(state: QuestionState) -> DraftAnswer:
    """Chooses the likeliest choice, and quotes the event that shows it best."""
    hits = sorted(_all(state), key=lambda hit: hit.event.interval)
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
        lacking = _nothing(state)
        return DraftAnswer(f"{lacking.text} A guess: {choice}.", place, None, (), lacking.status)
    best = hits[ranking.best(scores)]
    return DraftAnswer(f"{choice}: {_quoted(best)}", place, confidence, (best,))


def _quoted(hit: Hit, *, capital: bool = False) -> str:
    """Writes an event with its label as a clause that ends a sentence."""
    text = hit.event.text.rstrip(". ")
    if text.rsplit(" ", 1)[-1] in _CUT_AFTER:  # captioners stop at a length, not at an end
        text += "\N{HORIZONTAL ELLIPSIS}"
    if hit.event.kind in ("speech", "screen_text"):
        verb = "it is said" if hit.event.kind == "speech" else "the screen shows"
        text = f'{verb} "{text}"'
    shown = text[:1].upper() + text[1:] if capital else _uncapitalised(text)
    return f"{shown} [e{hit.event.id}]."


def _uncapitalised(text: str) -> str:
    """Lowers a first capital that only begins the sentence, such as that of "The"."""
    first, _, rest = text.partition(" ")
    return f"{first.lower()} {rest}" if first in _SENTENCE_STARTS and rest else text


_SENTENCE_STARTS = frozenset({"A", "An", "Another", "Nobody", "Somebody", "Something", "The"})
_CUT_AFTER = frozenset({"a", "an", "and", "from", "his", "in", "into", "of", "on", "the", "with"})


def when_of(hits: Sequence[Hit]) -> DraftAnswer:
    """Returns the moments in which well-matching events stand, in order of time."""
    moments, confidence = _moments(hits, MAX_LISTED)
    parts = [
        f"{m.interval}: {_quoted(ranking.best_of(m.hits, lambda h: h.score))}" for m in moments
    ]
    text = f"At {parts[0]}" + "".join(f" Also at {part}" for part in parts[1:])
    return DraftAnswer(text, confidence=confidence)


def _count(hits: Sequence[Hit]) -> DraftAnswer:
    """Counts the moments, unless an event about the whole video tells a number itself."""
    counted = next((hit for hit in hits if is_whole(hit) and _has_digit(hit.event.text)), None)
    if counted is not None:
        return DraftAnswer(_quoted(counted, capital=True), confidence=counted.score)
    ordered, confidence = _moments(hits, len(hits))
    labels = "".join(f" [e{moment.hits[0].event.id}]" for moment in ordered)
    times = "once" if len(ordered) == 1 else f"{len(ordered)} times"
    example = ordered[0].hits[0].event.text.rstrip(". ")
    text = f'The timeline shows it {times} ("{example}"){labels}.'
    return DraftAnswer(text, confidence=confidence * 0.8)


def _lasted(state: QuestionState) -> DraftAnswer | None:
    """Returns how long what was spoken of lasts, where no other thing is asked about."""
    question = state.question
    if question.kind != "duration" or state.spoken_of is None or content_words(question.focus):
        return None
    at = state.spoken_of[1]
    return DraftAnswer(f"About {at.duration:.1f} s: as long as its event lasts [{at}].")


def _duration(hits: Sequence[Hit]) -> DraftAnswer:
    """Adds up the moments, each as long as the events that show it."""
    moments, confidence = _moments(hits, MAX_LISTED)
    total = sum(moment.interval.duration for moment in moments)
    labels = "".join(f" [e{hit.event.id}]" for moment in moments for hit in moment.hits)
    stretches = "" if len(moments) == 1 else f", in {len(moments)} stretches"
    return DraftAnswer(
        f"About {total:.1f} s{stretches}: as long as its events last{labels}.",
        confidence=confidence * 0.8,
    )


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _moments(hits: Sequence[Hit], limit: int) -> tuple[list[Moment], float]:
    """Returns the best moments in order of time, and the score of the best."""
    moments = find_moments([hit for hit in hits if not is_whole(hit)] or hits, limit=limit)
    in_order = sorted(moments, key=lambda moment: (moment.video.path, moment.interval))
    return in_order, moments[0].score


def is_whole(hit: Hit) -> bool:
    """Whether an event is about the video as a whole, so that it tells no moment."""
    return hit.event.interval.duration >= WHOLE_SHARE * hit.video.duration_seconds


def _listed(lead: str, hits: Sequence[Hit]) -> DraftAnswer:
    """Lists events in order of time."""
    if not hits:
        return DraftAnswer("The timeline holds nothing there.")
    shown = " ".join(_quoted(hit, capital=True) for hit in spread(hits, MAX_LISTED))
    return DraftAnswer(f"{lead}: {shown}", confidence=0.7, rests_on=_without_shots(hits))


def _without_shots(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Filters out shots: how a video is cut is no answer to what happens in it."""
    return tuple(hit for hit in hits if hit.event.source != Shots.source)


def _main_events(hits: Sequence[Hit]) -> list[Hit]:
    """Returns what a person would tell first: deeds and words before camera work."""
    return _distinct(_of_best_kind(events_in_order(hits), None), None)


def _of_best_kind(hits: Sequence[Hit], anchor: Event | None) -> list[Hit]:
    """Returns the hits of the anchor's kind, or of the first kind that there is any of."""
    kinds = {hit.event.kind for hit in hits}
    if anchor is not None and anchor.kind in kinds:
        return [hit for hit in hits if hit.event.kind == anchor.kind]
    best = next((kind for kind in _PREFERRED_KINDS if kind in kinds), None)
    return [hit for hit in hits if best is None or hit.event.kind == best]


def _distinct(hits: Sequence[Hit], anchor: Event | None) -> list[Hit]:
    """Filters out events that only repeat the one before, beginning with the anchor."""
    kept: list[Hit] = []
    before = meanings(anchor.text) if anchor else frozenset[str]()
    for hit in hits:
        now = meanings(hit.event.text)
        if now != before:
            kept.append(hit)
        before = now
    return kept


def _stands(event: Event, at: Interval, relation: Relation | None) -> bool:
    """Whether an event lies on the side of `at` that is asked for."""
    if relation == "before":
        return event.interval.end <= at.start + _TOLERANCE_SECONDS
    if relation == "after":
        return event.interval.start >= at.end - _TOLERANCE_SECONDS
    return event.interval.overlaps(at)


def _sentence(best: Hit, around: Sequence[Hit]) -> list[Hit]:
    """Returns the cues that make up the sentence which `best` is part of, in order."""
    cues = [hit for hit in events_in_order(around) if hit.event.kind == "speech"]
    place = next((i for i, hit in enumerate(cues) if hit.event.id == best.event.id), None)
    if place is None:
        return [best]
    first = place
    while first > 0 and not _ends_sentence(cues[first - 1].event.text):
        first -= 1
    last = place
    while last + 1 < len(cues) and not _ends_sentence(cues[last].event.text):
        last += 1
    return cues[first : last + 1]


def _ends_sentence(text: str) -> bool:
    return text.rstrip("\"')] ").endswith((".", "!", "?", "\N{HORIZONTAL ELLIPSIS}"))


def _all(state: QuestionState) -> list[Hit]:
    """Returns every hit that was looked up, each event once."""
    return list({hit.event.id: hit for hits in state.seen.values() for hit in hits}.values())


_OF_KIND: Mapping[QuestionKind, Callable[[QuestionState], DraftAnswer]] = {
    "overview": _summary,
    "forecast": _foreseen,
    "plan": _planned,
    "compare": _compared,
}
"""What answers a question by its kind alone."""
