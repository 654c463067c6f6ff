"""Decides what the embedded planner looks up next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress

from foretell import ranking
from foretell.agent.embedded.people import behind_actor, by_another, of_others
from foretell.agent.embedded.question import Question, names_duration, thing_asked
from foretell.agent.embedded.relevance import RelevanceScorer
from foretell.agent.messages import ToolCall
from foretell.memory.words.word_book import word_set
from foretell.memory.words.wording import content_words
from foretell.tools.localization.hit_moments import find_moments, of_turn
from foretell.tools.querying.query import TimelineQuery
from foretell.tools.texts.sentences import read_phrase
from foretell.tools.texts.time_words import Order, on_the_clock
from foretell.types import Event, Hit, Interval, VideoInfo

QUERY = "query"
"""Begins the names of the lookups that go through a whole timeline."""
_CAPTIONS_MAY_TELL = frozenset(
    {
        "arrival",
        "departure",
        "presence",
        "empty scene",
        "person",
        "object",
        "action",
        "screen text",
        "speech",
        "speaker",
    }
)
"""Subjects of queries that captions may tell of, too."""
SEARCHED = 12
"""Events that a search gives: enough for one that answers, and its neighbours."""
BESIDE_SECONDS = 30.0
"""How far the timeline is read beside an anchor."""
_OF_ANY_DEED = word_set("be come get go have hold keep move see stay use wear")
"""Verbs that captions put in many other words: whoever walks, goes; whoever pours, holds."""
_ALIKE = 5e-4
"""Scores this near say as much of what is asked; the earlier event is then given first."""
SENTENCE_SECONDS = 12.0
"""How far the timeline is read around a line of speech, to complete its sentence."""


@dataclass(frozen=True, slots=True)
class QuestionState:
    """A question with all that was looked up for it so far.

    Attributes:
        question: What is asked.
        choices: The answers to choose from, if any.
        videos: The videos at hand.
        spoken_of: The path and span that the conversation was about, for follow-ups.
        seen: The hits that each lookup gave, by the lookup's name.
        replies: The text that each lookup gave, each look at frames too.
        scorer: Scores events against a query.
        looks: What was seen in frames.
        read_as: Words with typing errors, each with the word that it was read as.
    """

    question: Question
    choices: tuple[str, ...]
    videos: tuple[VideoInfo, ...]
    spoken_of: tuple[str, Interval] | None
    seen: Mapping[str, tuple[Hit, ...]]
    replies: Mapping[str, str]
    scorer: RelevanceScorer
    looks: tuple[Hit, ...] = ()
    read_as: Mapping[str, str] = field(default_factory=dict[str, str])

    def number(self, video: VideoInfo) -> int:
        """Returns the number that the tools know a video by."""
        hashes = [known.content_hash for known in self.videos]
        return hashes.index(video.content_hash) + 1

    def best(self, lookup: str, query: str) -> Hit | None:
        """Returns the hit of a lookup that shows `query` best, or None if none does."""
        ranked = self.ranked(lookup, query)
        return ranked[0] if ranked else None

    def ranked(self, lookup: str, query: str) -> list[Hit]:
        """Returns the hits of a lookup that show `query`: with the scorer's scores, best first."""
        sentence = self._sentences().get(query, query)
        hits = self._candidates(lookup, query, sentence)
        relevances = self.scorer.score(query, [hit.event for hit in hits], sentence)
        done = self._does(lookup, query, [hit.event for hit in hits])
        kept = [
            Hit(hit.event, hit.video, relevance.score)
            for hit, relevance, does in zip(hits, relevances, done, strict=True)
            if relevance.proves or (relevance.shows and (does or self._is_told_in(hit.event.text)))
        ]
        actor = self.question.actor if lookup == "focus" else ""
        kept = [
            hit
            for hit in kept
            if not (by_another(actor, hit.event.text) or self._of_others(query, hit.event.text))
        ]
        kept.sort(key=lambda hit: hit.event.interval)
        return ranking.ordered(kept, lambda hit: hit.score, _ALIKE)

    def _of_others(self, query: str, text: str) -> bool:
        """Whether a text is about others than a query; whoever acts is no answer to "to whom"."""
        asks_who = self.question.asks_who
        return of_others(query, behind_actor(text) if asks_who else text, needed=asks_who)

    def _candidates(self, lookup: str, query: str, sentence: str) -> Sequence[Hit]:
        """Returns the hits of a lookup, or every event that may show what is asked for.

        A search gives the best few; how often, how long, which turn and whether at all in a
        stretch need them all.
        """
        hits = self.seen.get(lookup, ())
        question = self.question
        if not hits or self.choices or not (question.wants_all or question.within is not None):
            return hits
        return self.scorer.candidates(sentence, self.videos)

    def inside(self, hits: Sequence[Hit]) -> list[Hit]:
        """Returns the hits in the stretch that the question names; all where it names none."""
        within = self.question.within
        return [
            hit
            for hit in hits
            if within is None
            or on_the_clock(within, hit.video.interval).overlaps(hit.event.interval)
        ]

    def _does(self, lookup: str, query: str, events: Sequence[Event]) -> list[bool]:
        """Returns whether each event may answer without showing all of what is asked.

        That may what tells of the deed that is asked about, such as who does it or with what;
        what is counted must tell the deed at least, and so must what stands for another moment.
        """
        question = self.question
        if lookup.startswith("deed") or question.between:
            return [False] * len(events)
        if lookup == "anchor":
            verb = read_phrase(query).verb
            return self.scorer.meets(verb, events) if verb else [False] * len(events)
        if question.kind not in ("what", "why", "about"):
            return [False] * len(events)
        needed = question.verb or question.attribute
        if not needed or question.kind == "about":
            return [question.most is None] * len(events)
        return self.scorer.meets(needed, events)

    def does(self, hits: Sequence[Hit]) -> list[bool]:
        """Returns whether each hit tells the deed that is asked about; all do where none is."""
        verb = self.question.verb
        if not verb or verb.partition(" ")[0] in _OF_ANY_DEED:
            return [True] * len(hits)
        return self.scorer.meets(verb, [hit.event for hit in hits])

    def telling(self, deed: str, hits: Sequence[Hit]) -> list[Hit]:
        """Returns the hits that tell all of a deed."""
        return [*compress(hits, self.scorer.meets(deed, [hit.event for hit in hits]))]

    def _is_told_in(self, text: str) -> bool:
        """Whether how long something lasts is asked, and a text names a time span."""
        return self.question.kind == "duration" and names_duration(text)

    def _sentences(self) -> dict[str, str]:
        """Returns the sentence that says more than a query's words, where there is one."""
        question = self.question
        return {
            question.focus: question.sentence,
            question.anchor_focus: question.anchor_sentence,
        }

    def shown_things(self) -> list[Hit]:
        """Returns the hits that show what a detail is asked of, whether they tell it or not."""
        return self.ranked("focus", thing_asked(self.question.focus))

    def nearest(self, about: str = "") -> list[Hit]:
        """Returns what happens that is likest what is asked, with the scorer's scores, best first.

        All of it is like that as sentences; none of it need show it.

        Args:
            about: Another moment that is looked for, instead.
        """
        question = self.question
        focus = about or question.focus
        sentence = about or question.sentence or focus
        if not content_words(focus):
            return []
        alike = self.scorer.candidates(sentence, self.videos)
        hits = [hit for hit in alike if hit.event.kind in ("caption", "action")]
        judged = self.scorer.score(focus, [hit.event for hit in hits], sentence)
        scored = [
            Hit(hit.event, hit.video, one.score) for hit, one in zip(hits, judged, strict=True)
        ]
        scored.sort(key=lambda hit: hit.event.interval)
        return ranking.ordered(scored, lambda hit: hit.score, _ALIKE)

    def query_answers(self) -> dict[str, str]:
        """Returns what going through each video told, by the lookup's name, where it told it.

        Captions may tell of people and things what no other sense does; of all else, what is not
        known is known to be so.
        """
        told = {name: self.replies[name] for name in self.replies if name.startswith(QUERY)}
        query = self.question.query
        if query is not None and query.subject not in _CAPTIONS_MAY_TELL:
            return told
        return {name: text for name, text in told.items() if not text.startswith("unknown")}

    def anchor(self) -> tuple[VideoInfo, Interval, Event | None] | None:
        """Returns the moment that the question is asked relative to, or None if it is not found."""
        if self.question.follows_up:
            return self._spoken_anchor()
        hit = self._anchor_hit()
        return (hit.video, hit.event.interval, hit.event) if hit else None

    def _anchor_hit(self) -> Hit | None:
        """Returns the event that shows the anchor best, or the one whose turn it is."""
        ranked = self.ranked("anchor", self.question.anchor_focus)
        if self.question.anchor_turn is None:
            return ranked[0] if ranked else None
        moment = of_turn(find_moments(ranked), self.question.anchor_turn)
        if moment is None:
            return None
        return moment.hits[-1 if self.question.relation == "after" else 0]

    def anchor_score(self, event: Event | None) -> float:
        """Returns how surely an event is the anchor, in [0, 1]; 1 where it was spoken of before."""
        if event is None:
            return 1.0
        question = self.question
        (judged,) = self.scorer.score(question.anchor_focus, [event], question.anchor_sentence)
        return judged.score

    def _spoken_anchor(self) -> tuple[VideoInfo, Interval, Event | None] | None:
        if self.spoken_of is None:
            return None
        path, interval = self.spoken_of
        video = next((video for video in self.videos if video.path == path), None)
        return (video, interval, None) if video else None


def next_calls(state: QuestionState) -> list[ToolCall]:
    """Returns the tool calls still to be made, each named by its `id`; none when all is seen."""
    return [call for call in _wanted(state) if call["id"] not in state.seen]


def _wanted(state: QuestionState) -> list[ToolCall]:
    """Returns all the calls that the question takes, as far as they are known by now."""
    question = state.question
    if state.choices:
        return _choice_calls(state)
    if question.query is not None:
        calls = _query_calls(state, question.query)
        if any(call["id"] not in state.replies for call in calls) or state.query_answers():
            return calls
    if question.between:
        return _between_calls(state, question.between)
    if question.within is not None and not question.of_focus:
        return [
            _read(f"within-{number}", number, at)
            for number, video in enumerate(state.videos, start=1)
            for at in [on_the_clock(question.within, video.interval)]
            if at.overlaps(video.interval)
        ]
    return _calls_of_kind(state)


def _calls_of_kind(state: QuestionState) -> list[ToolCall]:
    """Returns the calls that a question takes by its kind."""
    question = state.question
    match question.kind:
        case "overview":
            return [_call("overview", "overview")]
        case "compare":
            return _ends_calls(state, "first") + _ends_calls(state, "last")
        case "before_or_after":
            return [_search(f"deed-{n}", deed) for n, deed in enumerate(question.alternatives)]
        case "forecast":
            return _call_each(state, "forecast", "anticipate_actions")
        case "plan":
            return _call_each(state, "plan", "plan_steps", goal=question.focus)
        case _:
            return _event_calls(state) or [_call("overview", "overview")]


def _query_calls(state: QuestionState, query: TimelineQuery) -> list[ToolCall]:
    """Goes through the whole timeline of each of the videos."""
    calls: list[ToolCall] = []
    for number, video in enumerate(state.videos, start=1):
        at = on_the_clock(query.within, video.interval) if query.within else None
        calls.append(
            _call(
                f"{QUERY}-{number}",
                "query_timeline",
                subject=query.subject,
                operator=query.operator,
                value=query.value,
                turn=query.turn,
                start=at.start if at else None,
                end=at.end if at else None,
                part=query.part,
                video=number,
            )
        )
    return calls


def _event_calls(state: QuestionState) -> list[ToolCall]:
    """Searches for what is asked and for the moment that it names, and reads beside that."""
    question = state.question
    calls: list[ToolCall] = []
    if question.anchor_focus:
        calls.append(_search("anchor", question.anchor_sentence))
    if question.alternatives:
        deeds = enumerate(question.alternatives)
        return [*calls, *(_search(f"deed-{number}", deed) for number, deed in deeds)]
    if content_words(question.focus):
        calls.append(_search("focus", question.sentence))
        calls += _sentence_calls(state)
    if question.relation is not None:
        calls += _beside_anchor(state)
    elif question.order is not None and not content_words(question.focus):
        calls += _ends_calls(state, question.order)
    return calls


def _between_calls(state: QuestionState, between: Sequence[str]) -> list[ToolCall]:
    """Searches for two moments, and reads what lies between them."""
    calls = [_search(f"moment-{place}", moment) for place, moment in enumerate(between)]
    stretch = stretch_between(state)
    if stretch is not None:
        video, window = stretch
        calls.append(_read("between", state.number(video), window))
    return calls


def stretch_between(state: QuestionState) -> tuple[VideoInfo, Interval] | None:
    """Returns from the end of the first moment to the next one of the other; None without."""
    first, last = (
        state.ranked(f"moment-{place}", moment)
        for place, moment in enumerate(state.question.between)
    )
    for begin in events_in_order(first):
        for end in events_in_order(last):
            same = begin.video.content_hash == end.video.content_hash
            if same and end.event.interval.start > begin.event.interval.end:
                return begin.video, Interval(begin.event.interval.end, end.event.interval.start)
    return None


def _choice_calls(state: QuestionState) -> list[ToolCall]:
    """Searches for each choice, for the question itself and for the moment that it names."""
    calls = [_search("focus", state.question.statement)]
    if state.question.anchor_focus:
        calls.append(_search("anchor", state.question.anchor_sentence))
    calls += [
        _search(f"choice-{index}", choice)
        for index, choice in enumerate(state.choices)
        if choice.strip() and choice not in state.choices[:index]
    ]
    return calls


def _sentence_calls(state: QuestionState) -> list[ToolCall]:
    """Reads around the best line of speech, so that a sentence cut into cues is whole."""
    best = state.best("focus", state.question.focus)
    if best is None or best.event.kind != "speech":
        return []
    return [_read("sentence", state.number(best.video), _around(best, SENTENCE_SECONDS))]


def _beside_anchor(state: QuestionState) -> list[ToolCall]:
    """Reads the timeline on the side of the anchor that is asked for."""
    beside = stretch_beside(state)
    if beside is None:
        return []
    video, window = beside
    return [_read("beside", state.number(video), window)]


def stretch_beside(state: QuestionState) -> tuple[VideoInfo, Interval] | None:
    """Returns the stretch on the side of the anchor that is asked for, or None if there is none."""
    anchor = state.anchor()
    if anchor is None:
        return None
    video, at, _ = anchor
    windows = {
        "before": Interval(max(0.0, at.start - BESIDE_SECONDS), max(at.start, 0.1)),
        "after": Interval(at.end, at.end + BESIDE_SECONDS),
        "during": at,
    }
    window = windows[state.question.relation or "during"]
    return (video, window) if window.overlaps(video.interval) else None


def _ends_calls(state: QuestionState, order: Order) -> list[ToolCall]:
    """Reads the beginning or the end of each video."""
    return [
        _read(f"{order}-{number}", number, window)
        for number, (_, window) in enumerate(stretches_at_end(state, order), start=1)
    ]


def stretches_at_end(state: QuestionState, order: Order) -> list[tuple[VideoInfo, Interval]]:
    """Returns the beginning of each video, or the end where the last is asked for."""
    stretches: list[tuple[VideoInfo, Interval]] = []
    for video in state.videos:
        start, end = video.interval.start, video.interval.end
        if order == "first":
            window = Interval(start, min(end, start + BESIDE_SECONDS))
        else:
            window = Interval(max(start, end - BESIDE_SECONDS), end)
        stretches.append((video, window))
    return stretches


def _around(hit: Hit, seconds: float) -> Interval:
    at = hit.event.interval
    return Interval(max(0.0, at.start - seconds), at.end + seconds)


def _search(name: str, query: str) -> ToolCall:
    return _call(name, "search_memory", query=query, limit=SEARCHED)


def _read(name: str, number: int, window: Interval) -> ToolCall:
    return _call(name, "read_timeline", start=window.start, end=window.end, video=number)


def _call_each(state: QuestionState, name: str, tool: str, **arguments: object) -> list[ToolCall]:
    """Calls a tool for each of the videos."""
    numbers = range(1, len(state.videos) + 1)
    return [_call(f"{name}-{number}", tool, **arguments, video=number) for number in numbers]


def _call(name: str, tool: str, **arguments: object) -> ToolCall:
    return ToolCall(name=tool, args=dict(arguments), id=name, type="tool_call")


def events_in_order(hits: Sequence[Hit]) -> list[Hit]:
    """Returns hits in order of video and time."""
    return sorted(hits, key=lambda hit: (hit.video.path, hit.event.interval))
