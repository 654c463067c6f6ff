"""Records as the server tells them: videos by id, and no path of this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from foretell.agent.chat import Turn
from foretell.agent.citation_marks import mark_of, pieces
from foretell.agent.planner_events import PlannerEvent, TextDelta, ToolFinished, ToolStarted
from foretell.memory.conversations import Conversation
from foretell.memory.jobs import Job
from foretell.memory.store import Store
from foretell.records import Record, answer_record, step_record, timeline_record, video_record
from foretell.server.problems import without_paths
from foretell.types import Answer, Evidence, Timeline, VideoInfo

VideosByPath = Mapping[str, VideoInfo]


def by_path(videos: Sequence[VideoInfo]) -> dict[str, VideoInfo]:
    """Returns videos by the path that evidence names them by."""
    return {video.path: video for video in videos}


def public_video(video: VideoInfo) -> Record:
    """Gives what a video is: its id and title in place of its path."""
    record = video_record(video)
    del record["path"], record["content_hash"]
    return {"id": video.content_hash, "title": video.name, **record}


def public_timeline(timeline: Timeline) -> Record:
    """Gives a timeline whose events have the numbers that a library knows them by."""
    record = timeline_record(timeline)
    events = [
        {"id": event.id, **told} for event, told in zip(timeline, record["events"], strict=True)
    ]
    return record | {"video": public_video(timeline.video), "events": events}


def listed_video(video: VideoInfo, store: Store, jobs: Sequence[Job]) -> Record:
    """Gives what a list of videos shows of one.

    Args:
        video: What it is.
        store: Holds its timeline.
        jobs: Those of it, the last first.
    """
    counts = store.event_counts(video.content_hash)
    tracks = store.tracks(video.content_hash)
    return {
        **public_video(video),
        "events": sum(counts.values()),
        "tracks": [
            {"source": one.source, "events": counts.get(one.source, 0), "done": one.done}
            for one in tracks
        ],
        "is_watched": all(one.done for one in tracks) and not any(one.is_open for one in jobs),
        "has_file": is_here(video, store),
        "thumbnails": len(store.thumbnail_times(video.content_hash)),
        "job": next((public_job(job, video.name) for job in jobs if job.kind == "watch"), None),
    }


def is_here(video: VideoInfo, store: Store) -> bool:
    """Whether the file of a video is where it was, and still the same."""
    return store.known_hash(video.file) == video.content_hash


def public_job(job: Job, title: str = "") -> Record:
    """Gives how far a job is."""
    return {
        "id": job.number,
        "kind": job.kind,
        "video": job.content_hash,
        "title": title or Path(job.path).name,
        "state": job.state,
        "doing": job.doing,
        "share": job.share,
        "error": without_paths(job.error),
        "created": job.created.isoformat(),
        "ended": None if job.ended is None else job.ended.isoformat(),
    }


def public_conversation(conversation: Conversation) -> Record:
    """Gives what a list of conversations shows of one."""
    return {
        "id": conversation.id,
        "title": conversation.title,
        "started": conversation.started.isoformat(),
    }


def public_answer(answer: Answer, videos: Sequence[VideoInfo]) -> Record:
    """Gives an answer, and its words in parts: those that cite name the evidence that they cite."""
    paths = by_path(videos)
    return answer_record(answer) | {
        "evidence": [_evidence(one, paths) for one in answer.evidence],
        "parts": list(_parts(answer, videos)),
    }


def public_turn(turn: Turn, videos: Sequence[VideoInfo]) -> Record:
    """Gives a question of a conversation with its answer."""
    question, answer = turn
    return {"question": question, "answer": public_answer(answer, videos)}


def public_event(
    event: PlannerEvent | Answer, videos: Sequence[VideoInfo]
) -> tuple[str, Record] | None:
    """Gives the name and the JSON of an event of a question; None for one that nobody needs."""
    match event:
        case ToolStarted():
            return "tool_started", {"tool": event.tool, "arguments": event.arguments}
        case ToolFinished():
            return "tool_finished", step_record(event.step)
        case TextDelta():
            return "text", {"text": event.text, "reply": event.reply}
        case Answer():
            return "answer", public_answer(event, videos)
        case _:
            return None


def _evidence(evidence: Evidence, paths: VideosByPath) -> Record:
    video = paths.get(evidence.video)
    return {
        "video": "" if video is None else video.content_hash,
        "title": Path(evidence.video).name if video is None else video.name,
        "start": evidence.interval.start,
        "end": evidence.interval.end,
        "quote": evidence.quote,
        "source": evidence.source,
    }


def citation_spans(answer: Answer, videos: Sequence[VideoInfo]) -> Iterator[tuple[int, int, int]]:
    """Yields where an answer cites what: start and end in its text, and the evidence's number."""
    behind = 0
    for piece in pieces(answer.text, marks_of(answer, videos)):
        start, behind = behind, behind + len(piece.text)
        if piece.citations:
            yield start, behind, piece.citations[0]


def marks_of(answer: Answer, videos: Sequence[VideoInfo]) -> list[str]:
    """Returns how each evidence of an answer about some videos is cited in its text."""
    paths = by_path(videos)
    names = [paths[one.video].name if one.video in paths else "" for one in answer.evidence]
    return [
        mark_of(one.interval, name if len(videos) > 1 else "")
        for one, name in zip(answer.evidence, names, strict=True)
    ]


def _parts(answer: Answer, videos: Sequence[VideoInfo]) -> Iterator[Record]:
    for piece in pieces(answer.text, marks_of(answer, videos)):
        cited = {"evidence": piece.citations[0]} if piece.citations else {}
        yield {"text": piece.text, **cited}
