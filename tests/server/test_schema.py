"""Every path of the API, by requests that are made from what the API says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.running_server import running_server

schemathesis = pytest.importorskip(
    "schemathesis", reason="paths are tested with schemathesis: pip install schemathesis"
)
EXAMPLES = 8
"""Requests of each path: `benchmarks.bench_server` makes more."""
LEFT_OUT = ("/playable", "/demo")
"""Ends of paths that begin work of seconds."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with an empty library."""
    with running_server(tmp_path_factory.mktemp("schema") / "library") as server:
        yield server.address


def test_no_request_is_the_servers_failure(address: str) -> None:
    from hypothesis import HealthCheck, Phase, given, settings

    schema: Any = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path.endswith(LEFT_OUT):
            continue

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        )
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            response = case.call(base_url=address)
            assert response.status_code < 500, (case, response.text)

        ask()
    assert asked > 100
