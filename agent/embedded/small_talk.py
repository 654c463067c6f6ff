"""Answers what people say to a chat that asks nothing of a video: greetings, thanks, doubts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from foretell.agent.embedded.draft import DraftAnswer
from foretell.agent.embedded.plain_question import without_punctuation
from foretell.agent.messages import Message, Replied
from foretell.patterns import LazyPattern
from foretell.tools.texts.marks import time_mark

HELP = (
    "Ask what happens in a video and when, how often or how long it does, what comes before or "
    "after, what is said or shown on the screen, where the cuts are, what comes next, or which "
    'steps lead to a goal. For example: "When is the fridge opened?", "What is said about the '
    'machine?", "List all actions in order." What nobody has looked at, the answer says.'
)


def _any(*forms: str) -> LazyPattern:
    """Compiles what matches a whole saying that has one of some forms."""
    return LazyPattern(rf"(?:{'|'.join(forms)})$")


_GREETING = _any(
    r"(?:hi|hello|hey|greetings)(?: there| foretell)?", r"good (?:morning|evening|afternoon|day)"
)
_THANKS = _any(
    r"(?:ok(?:ay)? )?(?:thanks?(?: you)?|thx|cheers)(?: .{0,20})?",
    r"(?:ok(?:ay)? )?(?:great|perfect|nice|cool|bye|goodbye)",
)
_HELP = _any(
    r"help(?: me)?",
    r"what (?:can|could) (?:you|i) (?:do|ask)(?: you)?",
    r"how do i use (?:this|it)",
    r"how does (?:this|it) work",
    r"what (?:are you able to do|is foretell)",
)
_WHO = _any(
    r"(?:who|what) are you", r"what is your name", r"are you (?:an? )?(?:ai|bot|human|robot)"
)
_SURE = _any(
    r"are you (?:really |quite )?sure",
    r"really",
    r"is that (?:right|true|correct|so)",
    r"how do you know(?: that)?",
    r"why do you (?:think|say) (?:so|that)",
    r"what (?:is|was) (?:your|the) (?:evidence|source|proof)",
    r"prove it",
    r"says who",
    r"where did you (?:get|see) that",
)
_WHY = _any(
    r"(?:but |and )?why(?: (?:is|was) that| so| though)?", r"(?:and )?what for", r"how come"
)
_AGAIN = _any(
    r"(?:please |can you |could you )?(?:repeat|say)(?: that| it)?(?: again)?(?: please)?",
    r"what did you (?:just )?say",
    r"come again",
    r"pardon",
    r"once more",
)
_SHOW = _any(r"(?:please |can you |could you )?show(?: me)?(?: that| it| this)?(?: please)?")


def answer_to_talk(question: str, history: Sequence[Message]) -> DraftAnswer | None:
    """Returns the answer to small talk; None for a question about a video.

    Args:
        question: What was said.
        history: What was said before, whose last answer is doubted or repeated.
    """
    said = without_punctuation(question)
    if _GREETING.match(said):
        return DraftAnswer(f"Hello. {HELP}")
    if _HELP.match(said) or question.strip().lower() == "/help":
        return DraftAnswer(HELP)
    if _WHO.match(said):
        return DraftAnswer(
            "The planner of foretell that needs no language model: it looks things up in what was "
            "seen of the video, and quotes them."
        )
    if _THANKS.match(said):
        return DraftAnswer("You are welcome.")
    last = next((one for one in reversed(history) if isinstance(one, Replied)), None)
    if _AGAIN.match(said):
        return DraftAnswer(_marked_again(last) if last else "Nothing was said yet.")
    if _WHY.match(said) and last is not None:
        grounds = _grounds(last)
        text = f"The timeline tells what happens, not why. {grounds.text}"
        return replace(grounds, text=text, status="unknown")
    if _SURE.match(said) or _SHOW.match(said):
        return _grounds(last)
    return None


def _marked_again(last: Replied) -> str:
    """Returns the last answer, with marks where it shows the times of its evidence."""
    text = last.text
    for one in last.evidence:
        text = text.replace(f" [{one.interval}]", time_mark(one.interval))
    return text


def _grounds(last: Replied | None) -> DraftAnswer:
    """Returns what the last answer rests on."""
    if last is None:
        return DraftAnswer("Nothing was said yet that this could be about.", status="unknown")
    evidence = last.evidence
    if not evidence:
        return DraftAnswer("The last answer rests on no event of the timeline.", status="unknown")
    quotes = " ".join(
        f'"{one.quote}" (from {one.source}){time_mark(one.interval)}.' for one in evidence[:5]
    )
    return DraftAnswer(f"It rests on what was seen or written, which may be wrong: {quotes}")
