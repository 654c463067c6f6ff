"""Videos that are sent: kept whole, or not at all."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.running_server import RunningServer, ended_job, running_server, send, until

LIMIT = 1 << 20


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that takes a mebibyte."""
    folder = tmp_path_factory.mktemp("small")
    with running_server(folder, SERVER_MAX_UPLOAD_BYTES=str(LIMIT)) as server:
        yield server


def uploads(server: RunningServer) -> list[str]:
    return sorted(file.name for file in (server.library / "uploads").glob("*"))


def test_a_file_twice_is_one(small: RunningServer, clip: Path) -> None:
    with small.client() as client:
        first, second = send(client, clip, "a.mp4"), send(client, clip, "b.mp4")
        assert first["id"] == second["id"]
        assert ended_job(client, first["job"]["id"])["state"] == "done"
        again = send(client, clip, "b.mp4")
        assert ended_job(client, again["job"]["id"])["state"] == "done"
        assert [one["title"] for one in client.get("/videos").json()["videos"]] == ["b.mp4"]
    assert uploads(small) == [f"{first['id']}.mp4"]


def test_too_large_is_refused_declared_and_undeclared(small: RunningServer) -> None:
    before = uploads(small)
    with small.client() as client:
        declared = client.put("/videos", content=b"x" * (LIMIT + 1))
        assert declared.status_code == 413
        undeclared = client.put("/videos", content=(b"x" * 65536 for _ in range(64)))
        assert undeclared.status_code == 413
        assert "--max-upload" in undeclared.json()["detail"]
    assert uploads(small) == before


def test_five_gibibytes_declared_are_refused_before_they_are_sent(small: RunningServer) -> None:
    address = urlsplit(small.address)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=30) as raw:
        raw.sendall(
            b"PUT /api/v1/videos HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Length: 5368709120\r\n\r\nabc"
        )
        assert raw.recv(64).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/secret.ts\n", "playlist"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "playlist"),
    ],
)
def test_what_is_no_video_file_is_refused(small: RunningServer, content: bytes, told: str) -> None:
    before = uploads(small)
    with small.client() as client:
        response = client.put("/videos", content=content, params={"title": "x.mp4"})
    assert response.status_code == 422
    assert told in response.json()["detail"]
    assert "x.mp4" in response.json()["detail"]
    assert uploads(small) == before


def test_what_cannot_be_decoded_fails_as_a_job(small: RunningServer) -> None:
    with small.client() as client:
        sent = client.put("/videos", content=b"no video at all", params={"title": "notes.txt"})
        job = ended_job(client, sent.json()["job"]["id"])
        assert job["state"] == "failed"
        assert "not a video" in job["error"]
        assert str(small.library) not in job["error"]
        coming = client.get("/videos").json()["coming"]
        assert [(one["title"], one["state"]) for one in coming] == [("notes.txt", "failed")]


def test_a_client_that_leaves_leaves_nothing(small: RunningServer) -> None:
    before = uploads(small)
    address = urlsplit(small.address)
    with socket.create_connection((address.hostname or "", address.port or 0)) as raw:
        raw.sendall(
            b"PUT /api/v1/videos HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
            + b"x" * 100_000
        )
        until(lambda: True if len(uploads(small)) > len(before) else None)
    until(lambda: True if uploads(small) == before else None)


def test_a_url_is_no_video(small: RunningServer) -> None:
    with small.client() as client:
        response = client.put("/videos", json={"url": "http://127.0.0.1/video.mp4"})
    assert response.status_code in (202, 422)
    if response.status_code == 202:
        with small.client() as client:
            assert ended_job(client, response.json()["job"]["id"])["state"] == "failed"


def test_json_is_bounded(small: RunningServer) -> None:
    with small.client() as client:
        response = client.post(
            "/ask",
            content=b'{"question": "' + b"x" * (2 << 20),
            headers={"content-type": "application/json"},
        )
    assert response.status_code == 413
