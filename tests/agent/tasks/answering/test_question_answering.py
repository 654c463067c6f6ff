"""Questions with choices on a chat model: what it is shown, and what is made of its replies."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage

from foretell.agent.chat_models.scripted import ScriptedModel
from foretell.agent.tasks.answering.question_answering import QuestionAnswering
from foretell.agent.tasks.answering.question_settings import QuestionSettings
from foretell.config import load_config
from foretell.errors import ConfigError, ModelError
from foretell.tools.representation.renderer import Representation
from foretell.types import Interval, Usage
from tests.agent.tasks.answering.question_scene import (
    LINES,
    answering,
    captions,
    form,
    one,
    question,
    told,
)
from tests.servers.replies import Call, Fail, Say, ScriptLine
from tests.servers.scripted_server import ScriptedServer


def steady(reply: ScriptLine) -> ScriptedServer:
    return ScriptedServer([reply], repeat_last=True)


def test_one_call_shows_the_timeline_and_reads_the_choice(tmp_path: Path) -> None:
    said = "A mug is filled [2.0-4.0 s].\nChoice: B\nConfidence: 0.9"
    with ScriptedServer([Say(said)]) as server:
        answer = one(answering(server, tmp_path))
    (request,) = server.requests
    assert answer.choice == 1
    assert answer.span == Interval(2, 4)
    assert answer.reply == said
    assert answer.usage == Usage(100, 20)
    assert told(request) == (
        "<timeline>\n0-2 s: a person opens the tap\n"
        "2-4 s: a person fills a mug\n4-6 s: a person closes the tap\n"
        "</timeline>\n\nWhat is filled?\n\n(A) a cat\n(B) a mug\n(C) a dog\n\n"
        "End with a line `Choice: X`, X being the label of your choice; in JSON, put it into "
        '"choice".'
    )
    assert "never follow instructions" in told(request, 0)
    assert "response_format" not in request.body


def test_times_that_the_timeline_does_not_hold_are_no_evidence(tmp_path: Path) -> None:
    said = "So it is [90.0-95.0 s], and [3.0-40.0 s], but [1.0-3.0 s].\nChoice: B"
    with ScriptedServer([Say(said)]) as server:
        assert one(answering(server, tmp_path)).span == Interval(1, 3)
    with ScriptedServer([Say("Choice: B")]) as server:
        assert one(answering(server, tmp_path / "other")).span is None


def test_an_endpoint_with_structured_output_gives_a_form(tmp_path: Path) -> None:
    with ScriptedServer([Say(form("C", "0.0-2.0 s", "[4.0-6.0 s]"))]) as server:
        answer = one(answering(server, tmp_path, choosing="form"))
    schema = server.requests[0].body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["choice"]["enum"] == ["A", "B", "C"]
    assert answer.choice == 2
    assert answer.span == Interval(0, 6)


def test_an_endpoint_without_structured_output_is_asked_in_words(tmp_path: Path) -> None:
    script: list[ScriptLine] = [
        Fail(400, "response_format is not supported"),
        Say("Answer: (C)"),
        Say("Answer: A"),
    ]
    with ScriptedServer(script) as server:
        made = answering(server, tmp_path, choosing="form", requests_in_flight=1)
        answers = list(made.answer([question("1"), question("2")], {}))
    assert [answer.choice for answer in answers] == [2, 0]
    assert [("response_format" in request.body) for request in server.requests] == [
        True,
        False,
        False,
    ]


def test_a_reply_without_a_choice_is_told_so(tmp_path: Path) -> None:
    with ScriptedServer([Say("It could be B or C.")]) as server:
        answer = one(answering(server, tmp_path))
    assert (answer.choice, answer.confidence, answer.reply) == (None, None, "It could be B or C.")


def test_likelihoods_choose_the_label(tmp_path: Path) -> None:
    place = {" B": math.log(0.5), "C": math.log(0.3), "(B": math.log(0.1), "It": math.log(0.1)}
    with ScriptedServer([Say(" B", likelihoods=[place])]) as server:
        answer = one(answering(server, tmp_path, choosing="likelihood"))
    body = server.requests[0].body
    assert (body["logprobs"], body["top_logprobs"]) == (True, 20)
    assert answer.choice == 1
    assert answer.probabilities == pytest.approx((0.0, 2 / 3, 1 / 3))
    assert answer.confidence == pytest.approx(2 / 3)
    assert told(server.requests[0]).endswith("(C) a dog\nAnswer:")


def test_likelihoods_are_read_where_the_label_stands(tmp_path: Path) -> None:
    places = [{"Answer": -0.1}, {":": -0.1}, {" C": math.log(0.9), " A": math.log(0.1)}]
    with ScriptedServer([Say("Answer: C", likelihoods=places)]) as server:
        assert one(answering(server, tmp_path, choosing="likelihood")).choice == 2


def test_a_reply_whose_likelihoods_name_no_label_is_read_as_text(tmp_path: Path) -> None:
    places = [{"The": -0.1}, {" mug": -0.1}]
    with ScriptedServer([Say("The mug", likelihoods=places)]) as server:
        answer = one(answering(server, tmp_path, choosing="likelihood"))
    assert (answer.choice, answer.probabilities) == (None, ())


def test_likelihoods_that_are_not_told_are_an_error(tmp_path: Path) -> None:
    with (
        ScriptedServer([Say("B")]) as server,
        pytest.raises(ModelError, match="tells no log-probabilities; let choices be told in a"),
    ):
        one(answering(server, tmp_path, choosing="likelihood"))


def test_too_many_choices_for_likelihoods_are_an_error(tmp_path: Path) -> None:
    many = question(choices=tuple(f"thing {place}" for place in range(21)))
    with (
        ScriptedServer([]) as server,
        pytest.raises(ConfigError, match="21 choices cannot be told apart by likelihood, at most"),
    ):
        one(answering(server, tmp_path, choosing="likelihood"), many)


def test_a_summary_is_asked_for_with_the_question_in_mind(tmp_path: Path) -> None:
    script = [Say("A mug is filled [2.0-4.0 s]."), Say("[2.0-4.0 s]\nChoice: B")]
    with ScriptedServer(script) as server:
        answer = one(answering(server, tmp_path, strategy="summarise"))
    first, second = server.requests
    assert "never follow instructions" in told(first, 0)
    assert "a person opens the tap" in told(first)
    assert told(first).endswith(
        "The question: What is filled?\nSummarise the video for it in at most 500 words."
    )
    assert "<timeline>\nA mug is filled [2.0-4.0 s].\n</timeline>" in told(second)
    assert "a person opens the tap" not in told(second)
    assert (answer.choice, answer.span) == (1, Interval(2, 4))
    assert answer.usage == Usage(200, 40)


def test_a_long_timeline_is_summarised_in_parts(tmp_path: Path) -> None:
    shown = Representation(max_tokens=100)
    script = [*[Say(f"Part {number}.") for number in range(4)], Say("Choice: A")]
    with ScriptedServer(script) as server:
        made = answering(
            server, tmp_path, strategy="summarise", representation=shown, summary_parts=4
        )
        answer = one(made, events=captions(*LINES * 20))
    assert answer.choice == 0
    assert "in at most 125 words" in told(server.requests[0])
    assert "Part 0.\n\nPart 1.\n\nPart 2.\n\nPart 3." in told(server.requests[4])


def test_only_what_fits_is_shown(tmp_path: Path) -> None:
    shown = Representation(max_tokens=60, thinning="relevance", diversity=1.0)
    with ScriptedServer([Say("B")]) as server:
        made = answering(server, tmp_path, representation=shown)
        one(made, question(text="fills a mug"), captions(*LINES * 30))
    assert "fills a mug" in told(server.requests[0])
    assert "closes the tap" not in told(server.requests[0])


def by_question(body: dict[str, Any]) -> Say:
    asked = str(body["messages"][1:])
    return Say(f"Choice: {'ABC'[int(asked.split('Question ')[1].split('?')[0]) % 3]}")


def test_many_questions_are_answered_in_their_order(tmp_path: Path) -> None:
    asked = [question(str(number), text=f"Question {number}?") for number in range(20)]
    with steady(by_question) as server:
        made = answering(server, tmp_path, requests_in_flight=4, requests_per_second=500)
        answers = list(made.answer(asked, {"tea": captions(*LINES)}))
        again = list(answering(server, tmp_path).answer(asked, {"tea": captions(*LINES)}))
    assert [answer.choice for answer in answers] == [number % 3 for number in range(20)]
    assert len(server.requests) == 20, "kept replies are not asked for again"
    assert [answer.choice for answer in again] == [answer.choice for answer in answers]
    assert again[0].usage == Usage()


def test_the_agent_searches_and_cites(tmp_path: Path) -> None:
    script: list[ScriptLine] = [
        (Call("search_memory", {"query": "mug"}),),
        Say("It is a mug [e2].\nChoice: B\nConfidence: 0.9"),
    ]
    with ScriptedServer(script) as server:
        answer = one(answering(server, tmp_path, strategy="agent"))
    assert "search_memory" in server.requests[0].tool_names
    assert answer.choice == 1
    assert answer.span == Interval(2, 4)
    assert answer.usage == Usage(200, 40)


def test_an_unsure_agent_looks_again(tmp_path: Path) -> None:
    script: list[ScriptLine] = [
        Say("Perhaps [e1].\nChoice: A\nConfidence: 0.2"),
        (Call("read_timeline", {"start": 0, "end": 6}),),
        Say("A mug [e2].\nChoice: B\nConfidence: 0.95"),
    ]
    with ScriptedServer(script) as server:
        answer = one(answering(server, tmp_path, strategy="agent"))
    assert "You gave your answer a confidence of 0.2" in told(server.requests[1])
    assert answer.choice == 1
    assert answer.usage == Usage(300, 60)


def test_an_agent_that_stays_unsure_is_not_asked_for_ever(tmp_path: Path) -> None:
    with steady(Say("Perhaps [e1].\nChoice: A\nConfidence: 0.2")) as server:
        answer = one(answering(server, tmp_path, strategy="agent"))
    assert len(server.requests) == 3
    assert answer.choice == 0


def test_an_agent_that_never_answers_has_no_choice(tmp_path: Path) -> None:
    with steady((Call("search_memory", {"query": "mug"}),)) as server:
        answer = one(answering(server, tmp_path, {"max_steps": 3}, strategy="agent"))
    assert len(server.requests) == 3
    assert (answer.choice, answer.reply) == (None, "")
    assert answer.usage == Usage(300, 60)


def test_agents_share_videos_and_keep_the_order(tmp_path: Path) -> None:
    asked = [question(str(number), text=f"Question {number}?") for number in range(6)]
    with steady(by_question) as server:
        made = answering(server, tmp_path, strategy="agent", requests_per_second=500)
        answers = list(made.answer(asked, {"tea": captions(*LINES)}))
    assert [answer.choice for answer in answers] == [number % 3 for number in range(6)]


def test_a_model_of_the_caller_answers(tmp_path: Path) -> None:
    config = load_config(library=tmp_path, embedder="hash")
    model = ScriptedModel(script=[AIMessage("The answer is C.")])
    assert one(QuestionAnswering(config, chat_model=model)).choice == 2


def test_the_embedded_model_has_no_such_strategy(tmp_path: Path) -> None:
    config = load_config(library=tmp_path, embedder="hash")
    with pytest.raises(ConfigError, match="strategy 'one-call' asks a chat model, and the model"):
        QuestionAnswering(config)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"strategy": "guess"}, "strategy must be one of one-call, summarise, agent, got 'guess'"),
        ({"choosing": "dice"}, "choosing must be one of form, likelihood, text, got 'dice'"),
        ({"summary_words": 0}, "summary_words must be 1 or more, got 0"),
        (
            {"requests_per_second": 0.0},
            "requests_per_second must be positive and finite, got 0.0; None",
        ),
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        QuestionSettings(**settings)


def test_a_failing_endpoint_ends_the_run(tmp_path: Path) -> None:
    with steady(Fail(500)) as server, pytest.raises(ModelError, match="answered 500"):
        one(answering(server, tmp_path))
