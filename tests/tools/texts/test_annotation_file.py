import codecs
import gzip
import json
from pathlib import Path

import pytest

from foretell.errors import DatasetError
from foretell.tools.texts.annotation_file import Node, for_video, read_annotations, rows_for_video
from foretell.tools.texts.text_file import read_bytes, read_text
from foretell.types import Interval, VideoInfo

VIDEO = VideoInfo("clips/kitchen.v2.mp4", "hash", Interval(0.0, 60.0), 640, 480, "h264")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "texts.dat"


@pytest.mark.parametrize(
    ("content", "places"),
    [
        ('[{"start": 1}, {"start": 2}]', ["item 1", "item 2"]),
        ('{"start": 1}\n\n{"start": 2}\n', ["line 1", "line 3"]),
        ("\n\nstart,text\n1,a\n\n2,b\n", ["line 4", "line 6"]),
        ('start;text\r\n1;"a\nb"\r\n2;c\r\n', ["line 3", "line 4"]),
        ("Start\tText\n1\ta\n2\tb, c\n", ["line 2", "line 3"]),
    ],
)
def test_the_content_decides_the_format(file: Path, content: str, places: list[str]) -> None:
    file.write_text(content, newline="")
    rows = read_annotations(file).items()
    assert [row.place for row in rows] == places
    assert [int(str(row.fields()["start"])) for row in rows] == [1, 2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_with_or_without_gzip(file: Path, encoding: str) -> None:
    data = json.dumps({"text": "grün"}, ensure_ascii=False).encode(encoding)
    for written in (data, gzip.compress(data)):
        file.write_bytes(written)
        assert read_annotations(file).fields() == {"text": "grün"}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty; see docs/importing.md"),
        (b" \n", "is empty; see docs/importing.md"),
        (b"start,end,text\n", "is empty; see docs/importing.md"),
        (b",,\n", "is empty; see docs/importing.md"),
        (codecs.BOM_UTF8, "is empty; see docs/importing.md"),
        (b"[]", "is empty; see docs/importing.md"),
        (b'{"a": 1,}', "line 1: not JSON: "),
        (b'{"a": 1}\n{"a": }', "line 2: not JSON: "),
        (b"[" * 100_000, "line 1: nested more than 100 levels deep"),
        (b"[" + b"9" * 5000 + b"]", "line 1: not JSON: a number has too many digits"),
        (b"just words", "neither JSON, JSON lines nor CSV with a header: it begins with 'just w"),
        (b"start,text\n1,a,b\n", "line 2: has 3 fields, the header has 2; quote a text that holds"),
        (b"start,text\n1," + b"x" * 200_000, "line 2: not CSV: "),
        (b'{"a": "\xff"}', "is not utf-8 text: byte 7 cannot be read; save it as UTF-8"),
        (b"\xff\xfe{", "is not utf-16 text: byte"),
        (b"a,b\0", "is not text: it holds NUL characters"),
        (b"\x1f\x8b\x08broken", "is a damaged gzip file: "),
    ],
)
def test_unreadable_content_is_refused(file: Path, content: bytes, complaint: str) -> None:
    file.write_bytes(content)
    with pytest.raises(DatasetError) as refused:
        read_annotations(file)
    assert str(refused.value).startswith(str(file))
    assert complaint in str(refused.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"absent\.json': .*; give the path of a file"):
        read_annotations(tmp_path / "absent.json")
    with pytest.raises(DatasetError, match=r"cannot read .*; give the path of a file"):
        read_annotations(tmp_path)


def test_what_unpacks_to_too_much_is_refused(file: Path) -> None:
    file.write_bytes(gzip.compress(bytes(19 << 20), compresslevel=1) * 27)
    with pytest.raises(DatasetError, match="holds more than 512 MiB; split it by video"):
        read_bytes(file)


def test_legacy_text_is_read_with_a_warning(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    file.write_bytes("naïve “yes” €5".encode("cp1252"))
    assert read_text(file, legacy=True) == "naïve “yes” €5"
    assert "is not UTF-8 and was read as Windows-1252" in caplog.text
    file.write_bytes(b"na\xefve \x81")
    assert read_text(file, legacy=True) == "na\xefve \x81"
    assert "was read as Latin-1" in caplog.text
    file.write_bytes(b"\xef\0\0")
    with pytest.raises(DatasetError, match="is not utf-8 text"):
        read_text(file, legacy=True)


def test_a_video_is_found_by_name_by_stem_or_alone() -> None:
    path = Path("a.json")
    assert for_video({"kitchen.v2.mp4": 1, "kitchen.v2": 2}, VIDEO, path) == 1
    assert for_video({"kitchen.v2": 2, "other": 3}, VIDEO, path) == 2
    assert for_video({"other": 3}, VIDEO, path) == 3
    with pytest.raises(DatasetError) as refused:
        for_video(dict.fromkeys("abcdefg", 0), VIDEO, path)
    assert str(refused.value) == (
        "a.json holds 7 videos, 'a', 'b', 'c', 'd', 'e' and 2 more, and none is that of "
        "'kitchen.v2.mp4'; name the video's file like its key"
    )


def test_rows_are_chosen_by_the_video_they_name() -> None:
    path = Path("a.csv")
    rows = [Node(path, {"video_id": name}) for name in ("kitchen.v2", "b", "kitchen.v2")]
    assert rows_for_video(rows, VIDEO, path) == [rows[0], rows[2]]
    assert rows_for_video(rows[1:2], VIDEO, path) == rows[1:2]
    assert rows_for_video([Node(path, {})], VIDEO, path) == [Node(path, {})]
    for nameless in ({}, {"video_id": None}, {"video_id": " "}):
        with pytest.raises(
            DatasetError, match=r"a\.csv, line 4: names no video, and other rows do"
        ):
            rows_for_video([*rows, Node(path, nameless, "line 4")], VIDEO, path)
