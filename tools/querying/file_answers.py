"""Answers what is asked of the file itself: its length, its picture, its sound, its languages."""

from __future__ import annotations

from foretell.tools.querying.facts import Subject, facts_of, looked_at
from foretell.tools.querying.not_looked import how_to_look
from foretell.tools.querying.query import TimelineQuery
from foretell.tools.querying.telling import QueryAnswer, clause, events_of, sentences
from foretell.types import Timeline


def of_the_file(query: TimelineQuery, timeline: Timeline) -> QueryAnswer:
    """Returns what the file itself tells."""
    video = timeline.video
    match query.subject:
        case "length":
            minutes, seconds = divmod(round(video.duration_seconds), 60)
            clock = f" ({minutes}:{seconds:02d})" if minutes else ""
            return QueryAnswer(
                f"The video is {video.duration_seconds:.1f} s long{clock}.", "answered"
            )
        case "size" if video.width:
            shape = "landscape" if video.width > video.height else "portrait"
            shape = "square" if video.width == video.height else shape
            text = f"The picture is shown at {video.width} x {video.height} pixels ({shape})."
            return QueryAnswer(text, "answered")
        case "codec" if video.codec:
            return QueryAnswer(f"The pictures are encoded as {video.codec}.", "answered")
        case "sound":
            return _sound(query, timeline)
        case "language":
            return _language(timeline)
        case _:
            return QueryAnswer(f"The timeline does not keep the {query.subject}.", "unknown")


def _sound(query: TimelineQuery, timeline: Timeline) -> QueryAnswer:
    """Returns whether there is sound, and what is known of it."""
    if not timeline.video.has_audio:
        return QueryAnswer("No: the file has no sound.", "answered")
    heard = facts_of("voice", timeline) or facts_of("speech", timeline)
    if query.value != "music" and heard:
        subject: Subject = "voice" if facts_of("voice", timeline) else "speech"
        told = heard[:3]
        clauses = sentences([clause(subject, fact) for fact in told], len(heard) - len(told))
        return QueryAnswer(f"Yes, there is sound. {clauses}", "answered", events_of(told))
    if query.value == "speech" and looked_at("voice", timeline):
        text = "No: the file has a sound track. Nobody speaks in it."
        return QueryAnswer(text, "absent")
    match query.value:
        case "":
            unheard = "; whether anything is heard in it, nobody has looked."
        case "music":
            unheard = "; whether there is music in it, nobody has looked."
        case _:
            unheard = f". {how_to_look('speech', timeline)}"
    return QueryAnswer(f"The file has a sound track{unheard}", "unknown")


def _language(timeline: Timeline) -> QueryAnswer:
    tracks = [name for name in timeline.video.subtitle_tracks if name != "und"]
    if tracks:
        return QueryAnswer(
            f"The file holds subtitles in: {', '.join(tracks)}. In which language is spoken, "
            "nobody has looked.",
            "answered",
        )
    if not timeline.video.has_audio:
        return QueryAnswer("None is spoken: the file has no sound.", "answered")
    return QueryAnswer("In which language is spoken, nobody has looked.", "unknown")
