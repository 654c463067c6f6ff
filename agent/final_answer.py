"""Reads a model's last message: its words, its choice and its confidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from foretell.agent.chat_models.echoes import without_echoes
from foretell.agent.chat_models.json_words import confidence_of_json, words_of_json
from foretell.agent.chat_models.written_calls import words_before_call
from foretell.agent.confidence_line import read_confidence, read_share, without_confidence
from foretell.agent.messages import Asked, FinalAnswer
from foretell.patterns import LazyPattern
from foretell.prompts.loader import load_prompt
from foretell.thoughts import spoken_so_far, without_thoughts
from foretell.tools.answering.choice_parsing import labelled, read_choice
from foretell.tools.texts.text_cleaning import quoted_name
from foretell.types import ANSWER_STATUSES, AnswerStatus, VideoInfo

_CHOICE_LINE = LazyPattern(
    r"^[^\w\n]*(?:final\s+)?(?:choice|answer|option)\W*(?:is\W*)?[(\[]?(?:\d+|[A-Za-z])\b[)\].]?.*$",
    re.IGNORECASE | re.MULTILINE,
)
_BARE_CHOICE = LazyPattern(r"^\W*(?:\d+|[A-Za-z])\W*$")
_STATUS_LINE = LazyPattern(
    rf"^[^\w\n]*status\W+(?P<status>{'|'.join(ANSWER_STATUSES)})[^\w\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_STATUSES: Mapping[str, AnswerStatus] = {status: status for status in ANSWER_STATUSES}
_NEW_LINE = r"(?:\A|(?<!\s)\s*\n)(?:[^\S\n]|[*_])*"
"""Where a line begins, with the blank lines before it; each run of blanks is gone through once."""
_UNSETTLED = (
    LazyPattern(r"(?<!\s)\s*[\[(][^\])]{0,80}$"),  # a citation that may not be whole yet
    LazyPattern(rf"{_NEW_LINE}[cs][a-z]*$", re.IGNORECASE),  # "Confidence", "Choice", "Status"
    LazyPattern(r"(?<!\s)\s+$"),
)
_SENTENCES = LazyPattern(r"(?s).*(?:[.!?][\"')\]*]*[ \t]+(?=[A-Z\"'(\[*#-])|\n)")
"""All sentences that have ended: a time in one that has not may still become another."""
_READ_EACH_TIME = 4000
"""Characters up to which all is read again at each piece: a long answer, in 1 ms."""
_GROWTH = 2.0
"""By how much a longer text must grow to be read again, so that reading all takes twice as long as
reading it once."""
_TAIL = LazyPattern(
    rf"{_NEW_LINE}(?:(?:my |final |overall )?confidence|choice|"
    r"status\W+(?:answered|absent|unknown))\b",
    re.IGNORECASE,
)


def read_final_answer(message: str, choices: Sequence[str] = ()) -> FinalAnswer:
    """Reads words, choice and confidence out of a last message, which holds no thoughts.

    The choice is read by `read_choice`, the status from a line of its own, and the confidence by
    `read_confidence`. Of JSON, the words are the field that holds the answer.
    """
    confidence = read_confidence(message)
    words = words_of_json(message)
    told = next(reversed([*_STATUS_LINE.finditer(message)]), None)
    status = _STATUSES.get(told["status"].lower()) if told else None
    text = _STATUS_LINE.sub("", without_confidence(message)).strip()
    choice = read_choice(text, choices) if choices else None
    if words is not None:
        text = words
        confidence = read_share(confidence_of_json(message))
    if choice is not None:
        without = _CHOICE_LINE.sub("", text).strip()
        text = without if without and not _BARE_CHOICE.match(without) else choices[choice]
    return FinalAnswer(text, choice, confidence, status)


def question_message(
    question: str, choices: Sequence[str], videos: Sequence[VideoInfo] = ()
) -> Asked:
    """Writes the question for a model; the embedded planner reads its parts beside the text.

    Several videos are named behind it: all that stands before is the same for every question, so
    that a server need not read it again.
    """
    text = question
    if choices:
        text = load_prompt("choices").fill(question=question, choices=labelled(choices))
    return Asked(f"{text}\n\n{named(videos)}".strip(), question, tuple(choices))


def named(videos: Sequence[VideoInfo]) -> str:
    """Returns a line that tells the names of videos by their numbers; "" where one is meant."""
    told = enumerate(videos, start=1)
    names = ", ".join(f"video {place} {quoted_name(one.name)}" for place, one in told)
    return f"({names})" if len(videos) > 1 else ""


class LiveText:
    """Holds back what cannot be shown yet: half a sentence, thoughts, the lines after the answer.

    What the embedded planner says is shown as it comes.

    Words that were shown and then turn out to be none of the answer are followed by a new line: a
    thought whose opening tag stands in the prompt, or a reply that cannot be used.

    Args:
        finish: Turns text that cites into text as it is shown.
        is_chat_model: Whether the text may hold thoughts.
    """

    def __init__(self, finish: Callable[[str], str], *, is_chat_model: bool = True) -> None:
        self._finish = finish
        self._is_chat_model = is_chat_model
        self._reply = self._heard = self._shown = self._gap = ""
        self._read = 0

    def feed(self, piece: str, reply: str = "") -> str:
        """Adds the next piece and returns what can be shown by now, which may be nothing.

        Args:
            piece: What the model wrote.
            reply: Names the message that it is a piece of.
        """
        if reply != self._reply:
            self._reply, self._heard, self._gap = reply, "", "\n" if self._shown else ""
            self._shown, self._read = "", 0
        self._heard += piece
        if not self._may_show_more(piece):
            return ""
        self._read = len(self._heard)
        if not self._is_chat_model:
            return self._show(self._heard)
        words = without_echoes(words_before_call(spoken_so_far(self._heard)))
        ended = _SENTENCES.match(words)
        return self._show(words[: ended.end() if ended else 0], *_UNSETTLED, _TAIL)

    def _may_show_more(self, piece: str) -> bool:
        """Whether all that was heard is read again now that a piece has come."""
        if not self._is_chat_model or len(self._heard) <= _READ_EACH_TIME:
            return bool(piece) and not (self._is_chat_model and piece.isspace())
        return len(self._heard) >= self._read * _GROWTH

    def rest(self, answer: str | None = None) -> str:
        """Returns what is still held now that the message has ended, and begins anew.

        Args:
            answer: The words of the answer that it is; None for words beside tool calls.
        """
        if not self._is_chat_model:
            held = self._show(self._heard)
        elif answer is not None:
            held = self._show(answer, _TAIL)
        else:
            held = self._show(words_before_call(without_thoughts(self._heard)), _TAIL)
        self._heard = self._shown = self._gap = ""
        self._read = 0
        return held

    def _show(self, words: str, *until: LazyPattern) -> str:
        """Returns what is new before the first of `until`."""
        ends = [match.start() for end in until if (match := end.search(words))]
        finished = self._finish(words[: min(ends, default=None)])
        if self._shown.startswith(finished):
            return ""
        if not finished.startswith(self._shown):
            self._shown, self._gap = "", "\n"
        new = self._gap + finished[len(self._shown) :]
        self._shown, self._gap = finished, ""
        return new
