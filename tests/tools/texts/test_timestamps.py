import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.texts.timed_text import parse_seconds


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (0, 0.0),
        (12.5, 12.5),
        ("12.5", 12.5),
        (" 12.5 s ", 12.5),
        ("1e1", 10.0),
        ("1:02", 62.0),
        ("90:00", 5400.0),
        ("00:01:02.500", 62.5),
        ("00:01:02,5", 62.5),
        ("100:00:00", 360000.0),
    ],
)
def test_each_way_to_write_a_time_is_read(written: object, seconds: float) -> None:
    assert parse_seconds(written) == seconds


@pytest.mark.parametrize(
    "written",
    [
        -1,
        "-0.5",
        float("nan"),
        float("inf"),
        10**400,
        "1e999",
        True,
        None,
        [],
        "",
        "1:75",
        "1:60:00",
        "noon",
        "1:2:3:4",
        "12 min",
        "9" * 400 + ":00:00",
    ],
)
def test_anything_else_is_refused_with_what_is_allowed(written: object) -> None:
    with pytest.raises(ValueError, match=r"give seconds from 0, as 12.5 or '12.5s', or '\[HH:\]MM"):
        parse_seconds(written)


@given(st.integers(0, 999), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))
def test_clock_times_count_hours_minutes_and_seconds(h: int, m: int, s: int, ms: int) -> None:
    assert parse_seconds(f"{h}:{m:02}:{s:02}.{ms:03}") == pytest.approx(
        h * 3600 + m * 60 + s + ms / 1000
    )
