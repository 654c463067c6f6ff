"""Says what nobody looked for in a video, and which command would look for it."""

from __future__ import annotations

import shlex

from foretell.memory.tracks import seconds_of
from foretell.tools.querying.facts import Subject, facts_of, looked_at
from foretell.types import AnswerStatus, Timeline

WHOLE_SHARE = 0.95
"""Share of a stretch from which it counts as looked at: samples miss its last moment."""
_TOLD_OF: tuple[Subject, ...] = ("action", "speech", "screen text")
"""What people miss first where nobody looked for it."""
_BY_PICTURE = "--captioner hf:HuggingFaceTB/SmolVLM-256M-Instruct"
_BY_SOUND = "--transcriber whisper:tiny"


def how_to_look(subject: Subject, timeline: Timeline) -> str:
    """Returns a sentence on why a subject is not known of a video, and how to know it.

    Empty where it was looked for in all of the video.
    """
    video = timeline.video
    seen = seconds_of(looked_at(subject, timeline))
    part = f" but for {seen:.1f} of {video.duration_seconds:.1f} s" if seen else ""
    match subject:
        case "action" | "object" | "person":
            return (
                f"Nobody has looked at what happens in this video{part}: it has no captions. "
                f"`foretell watch {shlex.quote(video.name)} {_BY_PICTURE}` adds them."
            )
        case "speech" | "voice":
            if not video.has_audio:
                return "The file has no sound, and no subtitles."
            return (
                f"There is sound that nobody transcribed{part}: "
                f"`foretell watch {shlex.quote(video.name)} {_BY_SOUND}` does."
            )
        case "speaker" if looked_at("speech", timeline):
            return "Nobody is named beside what is said."
        case "speaker":
            return how_to_look("speech", timeline)
        case "arrival" | "departure" | "presence" | "empty scene":
            return (
                "Comings and goings are told only of a camera that stands still before a view that "
                "is seen empty; here there are none such."
            )
        case "slide":
            return "No slides are told of this video."
        case "screen text":
            return (
                f"Nobody has read what the screen shows{part}: install 'foretell[ocr]' and watch "
                "the video again."
            )
        case _:
            return f"Nobody has looked for that in this video{part}: watch it again."


def nothing_found(subject: Subject, timeline: Timeline) -> tuple[AnswerStatus, str]:
    """Returns whether a thing that no event tells of is absent or unknown, and why, in words."""
    length = timeline.video.duration_seconds
    described = seconds_of(looked_at(subject, timeline))
    if not described:
        return "unknown", how_to_look(subject, timeline)
    told = {"speech": "transcribed", "screen text": "read"}.get(subject, "described")
    if described >= WHOLE_SHARE * length:
        return "absent", f"Nothing in the timeline shows it: all {length:.1f} s were {told}."
    return (
        "unknown",
        "Nothing in the timeline shows it, "
        f"but only {described:.1f} of {length:.1f} s were {told}.",
    )


def what_was_not_seen(timeline: Timeline) -> tuple[str, ...]:
    """Returns a sentence for each of captions, speech and on-screen text that nobody looked for."""
    silent = not timeline.video.has_audio or (
        looked_at("voice", timeline) and not facts_of("voice", timeline)
    )
    lacking: list[Subject] = [one for one in _TOLD_OF if not looked_at(one, timeline)]
    if silent and "speech" in lacking:
        lacking.remove("speech")
    return tuple(how_to_look(subject, timeline) for subject in lacking)
