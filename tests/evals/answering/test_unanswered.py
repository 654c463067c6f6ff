"""A question for which time or tokens ran out is told, and asked again by who resumes."""

from __future__ import annotations

from pathlib import Path

from foretell.evals.answering.evaluation import QuestionsResult, evaluate
from foretell.evals.answering.sets import QuestionSet
from foretell.evals.run_folder import RunFolder
from foretell.questions import Answerer, ChoiceAnswer
from tests.agent.tasks.answering.question_scene import answering
from tests.evals.made_questions import Always, events, question
from tests.servers.replies import Hang
from tests.servers.scripted_server import ScriptedServer

LATE = ChoiceAnswer(None, failure="it did not answer within 3 s", unanswered=True)
QUESTIONS = tuple(question(f"q{n}", "v", 1, "CW") for n in range(4))
SETTINGS = {"evaluation": "made"}


def evaluated(answerer: Answerer, folder: RunFolder | None = None) -> QuestionsResult:
    dataset = QuestionSet("made", QUESTIONS, {"v": events("a dog")})
    return evaluate(
        dataset, answerer, blind=Always(ChoiceAnswer(0)), settings=SETTINGS, folder=folder
    )


def test_what_was_not_answered_in_time_is_told_and_asked_again(tmp_path: Path) -> None:
    with RunFolder.open(tmp_path, SETTINGS) as folder:
        first = evaluated(Always(ChoiceAnswer(1), LATE), folder)
    assert first.record()["accuracy"] == 50.0
    assert first.notes[-1] == (
        "2 of the 4 questions were not answered in time and count as wrong until a resumed run "
        "asks again; 'q1': it did not answer within 3 s"
    )
    with RunFolder.open(tmp_path, SETTINGS, resume=True) as folder:
        again = evaluated(Always(ChoiceAnswer(1)), folder)
    assert (again.failed, again.record()["accuracy"]) == (0, 100.0)
    with RunFolder.open(tmp_path, SETTINGS, resume=True) as folder:
        assert evaluated(Always(LATE), folder).failed == 0, "all is answered by now"


def test_a_silent_endpoint_leaves_a_question_unanswered(tmp_path: Path) -> None:
    with ScriptedServer([Hang(300.0)], repeat_last=True) as server:
        asked = answering(server, tmp_path, {"request_seconds": 0.2})
        (answer,) = asked.answer(QUESTIONS[:1], {"v": events("a dog")})
    assert answer.unanswered
    assert "did not answer within 0.2 s" in answer.failure
