"""REST, by a real client over HTTP."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import httpx2
import pytest

from benchmarks.running_server import RunningServer, ended_job, send
from foretell import verify_evidence
from foretell.config import load_config

WHEN_MILK = "When is the milk added?"


def events_of(response: httpx2.Response) -> list[tuple[str, Any]]:
    """Reads server-sent events."""
    told: list[tuple[str, Any]] = []
    for block in response.read().decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in lines:
            told.append((lines["event"], json.loads(lines["data"])))
    return told


def test_an_answer_cites_by_id_and_time(api: httpx2.Client, tea_id: str) -> None:
    answer = api.post("/ask", json={"question": WHEN_MILK}).raise_for_status().json()
    assert answer["status"] == "answered"
    (evidence,) = answer["evidence"]
    assert (evidence["video"], evidence["start"], evidence["end"]) == (tea_id, 19.5, 23.75)
    cited = [part for part in answer["parts"] if "evidence" in part]
    assert [part["evidence"] for part in cited] == [0]
    assert "".join(part["text"] for part in answer["parts"]) == answer["answer"]


def test_no_path_is_told(api: httpx2.Client, tea_server: RunningServer, tea_id: str) -> None:
    said = api.post("/ask", json={"question": WHEN_MILK}).text
    listed = api.get("/videos").text + api.get(f"/videos/{tea_id}/timeline").text
    jobs = api.get("/jobs").text
    for text in (said, listed, jobs):
        assert str(tea_server.library) not in text
        assert "/uploads/" not in text


def test_what_an_unknown_thing_is_told(api: httpx2.Client) -> None:
    answer = api.post("/ask", json={"question": "Does anybody play the guitar?"}).json()
    assert answer["status"] == "unknown", answer["answer"]


def test_choices(api: httpx2.Client) -> None:
    asked = {"question": "What is added at the end?", "choices": ["a splash of milk", "salt"]}
    assert api.post("/ask", json=asked).json()["choice"] == 0


def test_a_stream_ends_with_the_answer(api: httpx2.Client) -> None:
    with api.stream("POST", "/ask/stream", json={"question": WHEN_MILK}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        told = events_of(response)
    names = [name for name, _ in told]
    assert names[0] == "started"
    assert names[-1] == "answer"
    assert {"tool_started", "tool_finished", "text"} <= {*names}
    assert told[-1][1] == told[-1][1] | {"status": "answered"}


def test_a_conversation_goes_on_and_is_kept(api: httpx2.Client, tea_id: str) -> None:
    begun = api.post("/conversations", json={"videos": [tea_id]})
    assert begun.status_code == 201
    place = f"/conversations/{begun.json()['id']}"
    api.post(f"{place}/questions", json={"question": "When is the kettle filled?"})
    next_one = api.post(f"{place}/questions", json={"question": "And what happens after that?"})
    assert "tea bag" in next_one.json()["answer"]
    assert [turn["question"] for turn in api.get(place).json()["turns"]] == [
        "When is the kettle filled?",
        "And what happens after that?",
    ]
    assert api.patch(place, json={"title": "Kettles"}).json()["title"] == "Kettles"
    assert "Kettles" in [one["title"] for one in api.get("/conversations").json()["conversations"]]
    assert api.delete(place).status_code == 204
    assert api.get(place).status_code == 404


def test_two_questions_at_once_stay_in_order(api: httpx2.Client, tea_id: str) -> None:
    begun = api.post("/conversations", json={"videos": [tea_id]}).json()
    place = f"/conversations/{begun['id']}"
    questions = ["When is the kettle filled?", WHEN_MILK, "How long should the tea brew?"]
    asking = [
        threading.Thread(
            target=api.post, args=(f"{place}/questions",), kwargs={"json": {"question": one}}
        )
        for one in questions
    ]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    turns = api.get(place).json()["turns"]
    assert sorted(turn["question"] for turn in turns) == sorted(questions)
    alone = {one: api.post("/ask", json={"question": one}).json()["answer"] for one in questions}
    assert {turn["question"]: turn["answer"]["answer"] for turn in turns} == alone


def test_when_next_steps_and_search(api: httpx2.Client, tea_id: str) -> None:
    moments = api.post("/locate", json={"query": "add the milk", "video": tea_id}).json()
    assert moments["moments"][0]["start"] == 19.5
    plan = api.post("/plan", json={"goal": "a cup of tea", "start": "boil water"}).json()
    assert plan["status"] == "answered"
    assert plan["steps"]
    asked = {"video": tea_id, "at_seconds": 14, "k": 2, "horizon": 3}
    future = api.post("/anticipate", json=asked)
    assert future.status_code == 400
    assert "neither captions nor actions" in future.json()["detail"]
    hits = api.post("/search", json={"text": "milk", "k": 2}).json()["hits"]
    assert hits[0]["text"] == "At the end, add a splash of milk."
    assert hits[0]["video"] == tea_id


def test_pictures(api: httpx2.Client, tea_id: str) -> None:
    seconds = api.get(f"/videos/{tea_id}/thumbnails").json()["seconds"]
    assert len(seconds) == 12
    small = api.get(f"/videos/{tea_id}/thumbnails/0")
    assert small.content[:2] == b"\xff\xd8"
    assert api.get(f"/videos/{tea_id}/thumbnails/99").status_code == 404
    frame = api.get(f"/videos/{tea_id}/frame", params={"at": 19.99, "side": 64})
    assert frame.content[:2] == b"\xff\xd8"
    assert float(frame.headers["x-pts-seconds"]) == pytest.approx(19.9166, abs=0.001)


def test_a_file_is_played_in_ranges(api: httpx2.Client, tea_id: str, clip: Path) -> None:
    whole = clip.read_bytes()
    part = api.get(f"/videos/{tea_id}/file", headers={"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole)}"
    assert api.head(f"/videos/{tea_id}/file").headers["content-length"] == str(len(whole))
    past = api.get(f"/videos/{tea_id}/file", headers={"range": f"bytes={len(whole)}-"})
    assert past.status_code == 416


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/ask", {"question": "  "}, 422),
        ("POST", "/ask", {"question": "x" * 10_001}, 422),
        ("POST", "/ask", {"question": "Why?", "videos": ["0" * 64]}, 404),
        ("POST", "/ask", {"question": "Why?", "model": "gpt"}, 422),
        ("POST", "/ask", {"question": "Why?", "base_url": "http://example.org"}, 422),
        ("POST", "/locate", {"query": "milk", "video": "../../etc/passwd"}, 422),
        ("POST", "/plan", {}, 400),
        ("GET", "/videos/../../etc/passwd", None, 404),
        ("GET", "/videos/%2e%2e%2f%2e%2e%2fetc%2fpasswd", None, 404),
        ("GET", "/jobs/999999", None, 404),
        ("GET", "/conversations/nobody", None, 404),
        ("GET", "/nothing", None, 404),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(
    api: httpx2.Client, method: str, path: str, body: object, status: int
) -> None:
    response = api.request(method, path, json=body)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["detail"]


def test_a_video_is_forgotten_with_its_file(tea_server: RunningServer, videos: Path) -> None:
    with tea_server.client() as client:
        sent = send(client, videos / "sign_eat_1s.mkv", "../../../<b>sign.mkv")
        assert sent["job"]["title"] != ""
        place = f"/videos/{sent['id']}"
        assert ended_job(client, sent["job"]["id"])["state"] == "done"
        assert client.get(place).json()["title"] == "<b>sign.mkv"
        assert client.patch(place, json={"title": "Eat"}).json()["title"] == "Eat"
        kept = [*(tea_server.library / "uploads").glob(f"{sent['id']}*")]
        assert len(kept) == 1
        assert client.delete(place).status_code == 204
        assert client.get(place).status_code == 404
        assert not kept[0].exists()


def test_an_answer_is_taken_along(
    api: httpx2.Client, tea_id: str, clip: Path, tmp_path: Path
) -> None:
    begun = api.post("/conversations", json={"videos": [tea_id]}).json()
    place = f"/conversations/{begun['id']}"
    api.post(f"{place}/questions", json={"question": WHEN_MILK})
    taken = api.get(f"{place}/turns/0/page")
    assert taken.headers["content-disposition"].startswith("attachment")
    page = tmp_path / "answer.html"
    page.write_bytes(taken.content)
    verified = verify_evidence(page, [clip], config=load_config(library=tmp_path / "l"))
    assert verified.holds
    assert api.get(f"{place}/turns/1/page").status_code == 404
