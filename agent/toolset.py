"""Binds the tools to the videos at hand and to their memory, for a planner to call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from foretell import ranking
from foretell.actions import Forecast
from foretell.agent.frame_inspector import FrameInspector
from foretell.agent.offered_tools import Found, OfferedTool
from foretell.agent.tool_arguments import (
    AnticipateActions,
    FindMoment,
    LookAt,
    Overview,
    PlanTheSteps,
    QueryTimeline,
    ReadTimeline,
    SearchMemory,
)
from foretell.errors import ToolError
from foretell.memory.embedding.likeness import text_cosine
from foretell.memory.event_filter import EventFilter
from foretell.memory.library import Library
from foretell.moments import LocatedMoment, LocateResult, MomentQuery
from foretell.plans import NO_PLAN, Demonstration, Plan, Route
from foretell.tokens import count_tokens
from foretell.tools.localization.localizer import Localizer
from foretell.tools.localization.relevance import MIN_SCORE
from foretell.tools.localization.sub_events import without_question
from foretell.tools.localization.text_localizer import LibraryLocalizer
from foretell.tools.querying.answers import answer_query
from foretell.tools.querying.facts import Subject
from foretell.tools.querying.query import Operator, Part, TimelineQuery
from foretell.tools.representation.event_lines import labelled_line, short_time
from foretell.tools.texts.text_cleaning import quoted_name
from foretell.types import SHOWN_KINDS, Event, EventKind, Hit, Interval, Timeline, VideoInfo, spread

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

Foresee = Callable[[Timeline, float | None], Forecast]
PlanSteps = Callable[[Timeline, str, str | float | None, int | None], Plan]
"""Plans from (timeline, goal, start in words or as a second, number of steps)."""

MAX_LINES = 80
"""Most events that one call shows."""
MOST_TOKENS = 8000
"""Tokens of events that one call shows, where the settings do not say."""
MAX_MOMENTS = 5
"""Most moments that one call gives."""
_FIND = "Finds when something happens."
_FIND_IN_FRAMES = f"{_FIND} Some frames are always most like it: that alone does not show it."


class Toolset:
    """The tools of one conversation.

    Args:
        library: The memory that holds the videos.
        videos: The videos that may be spoken of, in the order of their numbers.
        inspector: Looks at frames again, where a vision model can.
        foresee: Forecasts what follows a timeline, up to a second or its end.
        plan: Plans the steps from what a timeline shows to a goal.
        localizer: Finds moments of videos, named by their content hashes; None reads the timeline.
        searchable: Content hashes of the videos in whose frames it finds them.
        most_tokens: Most tokens of events that one call shows.

    Raises:
        ToolError: If there is no video.
    """

    def __init__(
        self,
        library: Library,
        videos: Sequence[VideoInfo],
        inspector: FrameInspector | None = None,
        foresee: Foresee | None = None,
        plan: PlanSteps | None = None,
        localizer: Localizer | None = None,
        searchable: Collection[str] = (),
        most_tokens: int = MOST_TOKENS,
    ) -> None:
        if not videos:
            raise ToolError("no video was given; name at least one")
        self.library = library
        self.videos = tuple(videos)
        self._frame_inspector = inspector
        self._foresee = foresee
        self._plan = plan
        self._localizer = localizer or LibraryLocalizer(library)
        self._searchable = {*searchable}
        self._most_tokens = most_tokens
        self._hashes = tuple(video.content_hash for video in self.videos)

    def tools(self) -> list[BaseTool]:
        """Returns the tools that can work on these videos now, as LangChain calls them."""
        without = () if len(self.videos) > 1 else ("video",)
        return [tool.for_chat_model(without) for tool in self.offered()]

    def offered(self) -> list[OfferedTool]:
        """Returns the tools that can work on these videos now."""
        has_timeline = bool(self.library.store.event_ids(EventFilter([*self._hashes])))
        offers: list[tuple[bool, OfferedTool]] = [
            (
                True,
                OfferedTool(
                    "overview",
                    "Tells what each video is and holds.",
                    Overview,
                    self.overview,
                ),
            ),
            (
                has_timeline,
                OfferedTool(
                    "search_memory",
                    "Finds the events most like a query.",
                    SearchMemory,
                    self.search_memory,
                ),
            ),
            (
                has_timeline,
                OfferedTool(
                    "read_timeline",
                    "Reads all events between two seconds.",
                    ReadTimeline,
                    self.read_timeline,
                ),
            ),
            (
                True,
                OfferedTool(
                    "query_timeline",
                    "Counts, lists and times what there is.",
                    QueryTimeline,
                    self.query_timeline,
                ),
            ),
            (
                has_timeline or bool(self._searchable),
                OfferedTool(
                    "find_moment",
                    _FIND_IN_FRAMES if self._searchable else _FIND,
                    FindMoment,
                    self.find_moment,
                ),
            ),
            (
                has_timeline and self._foresee is not None,
                OfferedTool(
                    "anticipate_actions",
                    "Foresees what the person does next.",
                    AnticipateActions,
                    self.anticipate_actions,
                ),
            ),
            (
                has_timeline and self._plan is not None,
                OfferedTool(
                    "plan_steps",
                    "Plans the steps to a goal.",
                    PlanTheSteps,
                    self.plan_steps,
                ),
            ),
            (
                self._frame_inspector is not None,
                OfferedTool(
                    "look_at",
                    "Looks at the frames of an interval again to answer a question.",
                    LookAt,
                    self.look_at,
                ),
            ),
        ]
        return [tool for works, tool in offers if works]

    def overview(self) -> Found:
        """Returns each video's length, what its timeline holds, and events spread over it."""
        lines: list[str] = []
        hits: list[Hit] = []
        for number, video in enumerate(self.videos, start=1):
            events = self.library.store.events(video.content_hash)
            counts = Counter(event.kind for event in events)
            holds = ", ".join(f"{count} {kind}" for kind, count in counts.items()) or "nothing yet"
            lines.append(
                f"Video {number}: {quoted_name(video.name)}, {short_time(video.interval)}, "
                f"timeline holds {holds}."
            )
            sample = spread(events, 24 // len(self.videos) or 1)
            hits += [Hit(event, video, 0.0) for event in sample]
        return "\n".join([*lines, *(self._line(hit) for hit in hits)]), tuple(hits)

    def search_memory(
        self,
        query: str,
        kinds: list[EventKind] | None = None,
        video: int | None = None,
        limit: int = 8,
    ) -> Found:
        """Returns the events that match `query`, best first."""
        words, videos = _query(query), [v.content_hash for v in self._chosen(video)]
        hits = self.library.search(words, k=limit, videos=videos, kinds=kinds)
        text, shown = self._show(hits, f"Nothing in memory for {query!r}.")
        if len(hits) < limit:
            return text, shown
        least = text_cosine(MIN_SCORE, self.library.embedder)
        alike = self.library.alike(words, least, videos=videos, kinds=kinds)
        more = len({hit.event.id for hit in alike} - {hit.event.id for hit in shown})
        return text + (f"\n({more} more events are like it.)" if more else ""), shown

    def read_timeline(self, start: float, end: float, video: int | None = None) -> Found:
        """Returns all events that overlap [start, end), in order of time."""
        hits: list[Hit] = []
        for chosen in self._chosen(video):
            window = _window(start, end, chosen)
            events = self.library.store.events(chosen.content_hash, within=window)
            hits += [Hit(event, chosen, 0.0) for event in events]
        return self._show(hits, f"The timeline holds nothing between {start} and {end} s.")

    def query_timeline(
        self,
        subject: Subject,
        operator: Operator,
        value: str = "",
        turn: int | None = None,
        start: float | None = None,
        end: float | None = None,
        part: Part | None = None,
        video: int | None = None,
    ) -> Found:
        """Returns what going through the whole timeline tells, by counting and comparing times.

        Each answer begins with its status: "answered", "absent" where it was looked for and is not
        there, or "unknown" where nobody looked.
        """
        lines: list[str] = []
        hits: list[Hit] = []
        for chosen in self._chosen(video):
            within = None
            if start is not None or end is not None:
                first = chosen.interval.start if start is None else start
                last = chosen.interval.end if end is None else end
                if last < first:
                    raise ToolError(f"start {first!r} must lie before end {last!r}")
                within = Interval(first, last)
            query = TimelineQuery(subject, operator, value, turn, within, part)
            known = self.library.store.timeline(chosen.content_hash)
            answer = answer_query(query, replace(known, video=chosen))
            lines.append(f"{self._place(chosen)}{answer.status}: {answer.text}")
            hits += [Hit(event, chosen, 0.0) for event in answer.events]
        return "\n".join(lines), tuple(hits)

    def find_moment(self, description: str, video: int | None = None) -> Found:
        """Returns the intervals in which `description` most likely happens, best first.

        What was found in frames is kept in memory as an event, so that it can be cited.
        """
        words = _query(description)
        located = self._located(words, self._chosen(video))
        found = [(chosen, one, moment) for chosen, one in located for moment in one.moments]
        more = sum(one.more for _, one in located) + max(0, len(found) - MAX_MOMENTS)
        found = ranking.ordered(found, lambda one: one[2].score)[:MAX_MOMENTS]
        lines: list[str] = []
        hits: list[Hit] = []
        for rank, (chosen, one, moment) in enumerate(found, start=1):
            events = list(moment.events)
            if one.source:
                events.insert(0, self._kept(chosen, words, moment, one.source))
            shown_hits = [Hit(event, chosen, moment.score) for event in events]
            place = f"{self._place(chosen)}{short_time(moment.interval)}"
            lines.append(f"Moment {rank}, {place}, match {moment.score:.2f}:")
            lines += [self._line(hit) for hit in shown_hits]
            hits += shown_hits
        if not lines:
            reasons = sorted({one.reason for _, one in located if one.source})
            if reasons:
                return f"No moment matches {description!r}: {'; '.join(reasons)}.", ()
            return f"No moment in memory matches {description!r}.", ()
        lines += [f"({more} more moments match.)"] if more else []
        return "\n".join(lines), tuple(hits)

    def _located(
        self, words: str, videos: Sequence[VideoInfo]
    ) -> list[tuple[VideoInfo, LocateResult]]:
        """Looks for something in each video."""
        queries = [MomentQuery("", one.content_hash, words, one.interval) for one in videos]
        store = self.library.store
        events = {one: store.events(one, kinds=SHOWN_KINDS) for one in self._hashes}
        return list(zip(videos, self._localizer.locate(queries, events), strict=True))

    def _kept(self, video: VideoInfo, words: str, moment: LocatedMoment, model: str) -> Event:
        """Stores what a model found in frames as an event."""
        source = f"find_moment:{model}"
        text = f'frames most like "{without_question(words)}"'
        self.library.store.begin_track(video.content_hash, source, "")
        event = Event(moment.interval, "look", text, source, moment.score)
        return self.library.store.append_event(video.content_hash, event)

    def anticipate_actions(
        self, at: float | None = None, count: int = 8, video: int | None = None
    ) -> Found:
        """Returns futures that followed what was seen in similar recordings, the likeliest first.

        The first line tells the likeliest alone; the events shown are those it is read from.
        """
        if self._foresee is None:
            raise ToolError("nothing here can foresee actions")
        chosen = self._one(video, "to foresee")
        timeline = Timeline(chosen, tuple(self.library.store.events(chosen.content_hash)))
        forecast = self._foresee(timeline, at)
        futures = [
            f"{', '.join(map(str, future[:count]))} (as in {use.window.goal or use.window.key!r})"
            for future, use in zip(forecast.candidates, forecast.examples, strict=True)
        ]
        hits = tuple(Hit(event, chosen, 0.0) for event in forecast.evidence)
        lines = [f"Most likely next: {futures[0]}", *(f"Or: {other}" for other in futures[1:])]
        return "\n".join([*lines, *(self._line(hit) for hit in hits)]), hits

    def plan_steps(
        self,
        goal: str,
        start: str | None = None,
        at: float | None = None,
        count: int | None = None,
        video: int | None = None,
    ) -> Found:
        """Returns the steps to a goal, the likeliest plan first, and what it is taken from.

        The first line tells the likeliest plan alone; the events shown are those of the start.
        """
        if self._plan is None:
            raise ToolError("nothing here can plan steps")
        chosen = self._one(video, "to plan from")
        timeline = Timeline(chosen, tuple(self.library.store.events(chosen.content_hash)))
        plan = self._plan(timeline, _query(goal), at if start is None else start, count)
        hits = tuple(Hit(event, chosen, 0.0) for event in plan.evidence)
        if plan.status == "unknown":
            nearest = f"The nearest that is known, {plan.task!r}: {_in_order(plan.route)}"
            lines = [NO_PLAN, *plan.notes, nearest]
        else:
            lines = [
                f"Steps: {_in_order(plan.route)}",
                *(f"Or: {_in_order(route)}" for route in plan.alternatives),
                *(_basis(one) for one in plan.examples),
                *plan.notes,
            ]
        return "\n".join([*lines, *(self._line(hit) for hit in hits)]), hits

    def look_at(self, start: float, end: float, question: str, video: int | None = None) -> Found:
        """Returns what a vision model sees between two times; kept in memory as an event."""
        if self._frame_inspector is None:
            raise ToolError(
                "look_at needs a vision model that works and a video file that is still there; set "
                "vision_model, and `foretell doctor` says what it lacks"
            )
        chosen = self._one(video, "to look at")
        seen = self._frame_inspector.look(chosen, _window(start, end, chosen), _query(question))
        return self._show([Hit(seen, chosen, 1.0)], "")

    def _one(self, number: int | None, purpose: str) -> VideoInfo:
        """Returns the video of that number, or the only one."""
        chosen = self._chosen(number)
        if len(chosen) != 1:
            raise ToolError(f"name one video {purpose}, 1 to {len(self.videos)}")
        return chosen[0]

    def _chosen(self, number: int | None) -> tuple[VideoInfo, ...]:
        """Returns the video of that number, or all of them."""
        if number is None:
            return self.videos
        if not 1 <= number <= len(self.videos):
            raise ToolError(f"there is no video {number}; there are 1 to {len(self.videos)}")
        return (self.videos[number - 1],)

    def _show(self, hits: Sequence[Hit], nothing: str) -> Found:
        """Writes one line an event, at most `MAX_LINES` of them."""
        lines = [self._line(hit) for hit in hits[:MAX_LINES]]
        while len(lines) > 1 and count_tokens("\n".join(lines)) > self._most_tokens:
            del lines[len(lines) * 3 // 4 or 1 :]
        shown = tuple(hits[: len(lines)])
        if len(hits) > len(shown):
            lines.append(f"({len(hits) - len(shown)} more events; ask for a shorter stretch.)")
        return "\n".join(lines) or nothing, shown

    def _line(self, hit: Hit) -> str:
        """Writes one event with the label that an answer cites it by."""
        return labelled_line(hit.event, self._place(hit.video))

    def _place(self, video: VideoInfo) -> str:
        """Returns the number of the video where there are several, as the start of a line."""
        if len(self.videos) == 1:
            return ""
        return f"video {self._hashes.index(video.content_hash) + 1}, "


def _in_order(route: Route) -> str:
    return ", then ".join(step.action for step in route.steps)


def _basis(one: Demonstration) -> str:
    where = f"shown in {one.video}" if one.video else "written"
    return f"As {where} for {one.task!r}: {', '.join(one.steps)}"


def _query(query: str) -> str:
    """Returns a query that holds some words.

    Raises:
        ToolError: If it holds none.
    """
    if not query.strip():
        raise ToolError("the query is blank; say what to look for")
    return query


def _window(start: float, end: float, video: VideoInfo) -> Interval:
    """Checks a stretch of time against the video.

    Raises:
        ToolError: If it is inverted, empty or outside the video.
    """
    if not start < end:
        raise ToolError(f"start {start!r} must lie before end {end!r}")
    window = Interval(start, end)
    if not window.overlaps(video.interval):
        raise ToolError(f"{window} lies outside the video, which covers {video.interval}")
    return window
