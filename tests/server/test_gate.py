"""Who is let in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from benchmarks.running_server import RunningServer, running_server

TOKEN = "a-token-of-the-tests"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with a token that listens on every address of this machine."""
    with running_server(
        tmp_path_factory.mktemp("guarded"),
        SERVER_HOST="0.0.0.0",
        SERVER_TOKEN=TOKEN,
        SERVER_ALLOWED_HOSTS='["video.example"]',
        SERVER_ALLOWED_ORIGINS='["https://friend.example"]',
    ) as server:
        yield server


def test_a_token_is_made_off_loopback(tmp_path: Path) -> None:
    with (
        running_server(tmp_path / "library", SERVER_HOST="0.0.0.0") as server,
        server.client() as c,
    ):
        assert c.get("/videos").status_code == 401


def test_the_token_by_header_or_cookie(guarded: RunningServer) -> None:
    with guarded.client() as client:
        assert client.get("/videos").status_code == 401
        for wrong in ("Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer \u00e4"):
            refused = client.get("/videos", headers=[(b"authorization", wrong.encode())])
            assert refused.status_code == 401
        right = {"authorization": f"Bearer {TOKEN}"}
        assert client.get("/videos", headers=right).status_code == 200
        assert client.post("/session", json={"token": "wrong"}).status_code == 401
        let_in = client.post("/session", json={"token": TOKEN})
        cookie = let_in.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.lower()
        assert TOKEN not in cookie
        assert client.get("/videos").status_code == 200


def test_the_page_needs_no_token_and_holds_nothing(guarded: RunningServer) -> None:
    page = httpx2.get(guarded.address)
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["x-frame-options"] == "DENY"
    assert httpx2.get(f"{guarded.address}/page/..%2fapp.py").status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "", "127.0.0.1.evil.example"])
def test_a_foreign_name_is_refused(guarded: RunningServer, host: str) -> None:
    for path in ("/", "/api/v1/videos", "/page/index.html", "/healthz"):
        response = httpx2.get(f"{guarded.address}{path}", headers={"host": host})
        assert response.status_code in (400, 421)


def test_own_names_are_let_in(guarded: RunningServer) -> None:
    right = {"authorization": f"Bearer {TOKEN}"}
    for host in ("localhost", "127.0.0.1:99", "[::1]:80", "192.0.2.7", "video.example"):
        response = httpx2.get(f"{guarded.address}/api/v1/videos", headers=right | {"host": host})
        assert response.status_code == 200, host


def test_foreign_pages_are_refused(guarded: RunningServer) -> None:
    right = {"authorization": f"Bearer {TOKEN}"}
    place = f"{guarded.address}/api/v1/videos"
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1", "http://localhost"):
        assert httpx2.get(place, headers=right | {"origin": origin}).status_code == 403
    for site in ("cross-site", "same-site"):
        assert httpx2.get(place, headers=right | {"sec-fetch-site": site}).status_code == 403
    own = httpx2.get(place, headers=right | {"origin": guarded.address})
    assert own.status_code == 200
    assert "access-control-allow-origin" not in own.headers


def test_an_allowed_origin_may_call(guarded: RunningServer) -> None:
    place, friend = f"{guarded.address}/api/v1/videos", "https://friend.example"
    asked = httpx2.options(
        place, headers={"origin": friend, "access-control-request-method": "GET"}
    )
    assert asked.status_code == 204
    assert "authorization" in asked.headers["access-control-allow-headers"]
    told = httpx2.get(place, headers={"origin": friend, "authorization": f"Bearer {TOKEN}"})
    assert told.headers["access-control-allow-origin"] == friend
    assert httpx2.get(place, headers={"origin": friend}).status_code == 401


def test_on_loopback_other_names_are_refused(tea_server: RunningServer) -> None:
    for host in ("192.0.2.7", "video.example"):
        assert httpx2.get(tea_server.address, headers={"host": host}).status_code == 421
