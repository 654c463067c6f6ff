"""Members of each form, with the times and words that its specification or a player gives."""

from pathlib import Path

import pytest

from foretell.tools.subtitles.forms import read_sheet
from foretell.types import Interval, VideoInfo

VIDEO = VideoInfo("talk.mp4", "hash", Interval(0.0, 5000.0), 640, 480, "h264")
Told = list[tuple[float, float, str]]


def read(text: str, video: VideoInfo = VIDEO) -> Told:
    cues = read_sheet(text, video, Path("talk")).cues
    return [
        (round(cue.interval.start, 3), round(cue.interval.end, 3), " / ".join(cue.lines))
        for cue in cues
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1\n0:0:4,8 --> 0:0:7,4\nhello\n", [(4.8, 7.4, "hello")]),
        ("1\n00:04,8 --> 00:07.25 X1:40\nhello\n", [(4.8, 7.25, "hello")]),
        ("WEBVTT\n\n0:0:4,8 --> 00:07.4 align:start\nhello\n", [(4.8, 7.4, "hello")]),
        ("1\n101:00:00,000 --> 101:00:01,000\nlate\n", [(363600.0, 363601.0, "late")]),
        # a number that is said, one that counts, and one that counts apart
        (
            "1\n00:01,0 --> 00:02,0\nHow many?\n42\n\n2\n00:03,0 --> 00:04,0\n7\n",
            [(1.0, 2.0, "How many? / 42"), (3.0, 4.0, "7")],
        ),
        (
            "00:01,0 --> 00:02,0\nHow many?\n42\n\n00:03,0 --> 00:04,0\n7\n",
            [(1.0, 2.0, "How many? / 42"), (3.0, 4.0, "7")],
        ),
        (
            "1\n\n00:01,0 --> 00:02,0\n\n9\n\n2\n\n00:03,0 --> 00:04,0\n\nbye\n",
            [(1.0, 2.0, "9"), (3.0, 4.0, "bye")],
        ),
        # what only looks like markup
        (
            "1\n00:01,0 --> 00:02,0\nf(x) --> y\n\nI <3 you, a<b and c>d\n",
            [(1.0, 2.0, "f(x) --> y / I <3 you, a<b and c>d")],
        ),
        ("1\n00:01,0 --> 00:02,0\n<unk> &amp;lt; <i>x</i>\n", [(1.0, 2.0, "<unk> &lt; x")]),
        (
            "1\n00:01,0 --> 00:02,0\nDialogue: hi\n[Events]\n",
            [(1.0, 2.0, "Dialogue: hi / [Events]")],
        ),
        (
            "WEBVTT\n\nNOTE 1 --> is no time\n\nx\n00:01.0 --> 00:02.0\na --> b <3\n\nnot said\n",
            [(1.0, 2.0, "a --> b <3")],
        ),
        (
            "WEBVTT\n\n00:01.0 --> 00:02.0\n<v.loud Tom &amp; Ann>Hi</v> &lt;i&gt;\n",
            [(1.0, 2.0, "Tom & Ann: Hi <i>")],
        ),
    ],
)
def test_srt_and_webvtt(text: str, told: Told) -> None:
    assert read(text) == told


@pytest.mark.parametrize(
    ("clock_start", "shift"), [(10.0, 4.0), (14.0, 0.0), (2**33 / 90_000 - 1.0, 15.0), (None, 0.0)]
)
def test_a_map_ties_webvtt_to_the_clock_of_a_stream(
    clock_start: float | None, shift: float
) -> None:
    header = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:1260000,LOCAL:00:00:00.000\n\n"
    later = "X-TIMESTAMP-MAP=LOCAL:00:01:00.000,MPEGTS:6660000\n\n01:01.000 --> 01:02.000\nyou\n"
    text = f"{header}00:01.500 --> 00:03.000\nhello\n\nWEBVTT\n{later}"
    video = VideoInfo(
        "a.ts", "hash", Interval(0.0, 90.0), 1, 1, "h264", clock_start_seconds=clock_start
    )
    assert read(text, video) == [
        (round(1.5 + shift, 3), round(3.0 + shift, 3), "hello"),
        (round(61.0 + shift, 3), round(62.0 + shift, 3), "you"),
    ]
    told = read_sheet(text, video, Path("a.vtt")).remarks
    assert [remark[:39] for remark in told] == (
        ["its X-TIMESTAMP-MAP is not followed, as"] if clock_start is None else []
    )


ASS = """[Script Info]
; a comment
[V4+ Styles]
Format: Name, Start
[Events]
Format: Start, End, Style, Actor, Text
Dialogue: 0:00:04.8,0:00:07.25,Default,Mary,{\\pos(1,2)}Hi, {\\i1}you{\\i0}\\Nthere
Comment: 0:00:05.00,0:00:06.00,Default,,hidden
Dialogue: 0:00:08.00,0:00:09.00,Default,,{\\p1}m 0 0 l 1 1{\\p0}sign\\hhere &amp;lt;
"""


def test_ass_goes_by_its_format_line() -> None:
    assert read(ASS) == [(4.8, 7.25, "Mary: Hi, you / there"), (8.0, 9.0, "sign here &lt;")]


@pytest.mark.parametrize(
    ("parameters", "body", "told"),
    [
        # times count from those of what they stand in (TTML2, 12.2)
        (
            "",
            '<body begin="10s"><div begin="1s"><p begin="1s" end="2s">a<br/>b</p></div></body>',
            [(12.0, 13.0, "a / b")],
        ),
        ("", '<body end="3s"><p begin="1s" dur="9s">cut</p></body>', [(1.0, 3.0, "cut")]),
        ("", '<body><p begin="0:0:4,8" end="00:00:07.4">x</p></body>', [(4.8, 7.4, "x")]),
        (
            "",
            '<body timeContainer="seq"><p dur="1s">a</p><p begin="1s" dur="2s">b</p></body>',
            [(0.0, 1.0, "a"), (2.0, 4.0, "b")],
        ),
        ("", '<body><p begin="00:00:01:15" end="60f">x</p></body>', [(1.5, 2.0, "x")]),
        (
            'p:frameRate="30" p:frameRateMultiplier="1000 1001" p:timeBase="smpte"',
            '<body><p begin="00:00:10:00" end="00:00:11:15">x</p></body>',
            [(10.01, 11.512, "x")],
        ),
        (
            'p:tickRate="10000000"',
            '<body><p begin="15000000t" end="1m">x</p><p begin="4900s">open</p></body>',
            [(1.5, 60.0, "x"), (4900.0, 5000.0, "open")],
        ),
        (
            "",
            '<head><m:agent xml:id="k"><m:name>Ann</m:name></m:agent></head>'
            '<body><p begin="1s" end="2s" m:agent="k">I &lt;3 &amp;lt; &eacute;</p></body>',
            [(1.0, 2.0, "Ann: I <3 &lt; é")],
        ),
        (
            "",
            '<body><p><span begin="1s" end="2s">a</span> <span begin="3s" end="4s">b</span></p>'
            '<p begin="5s" end="6s">c <span begin="0.5s">d</span></p></body>',
            [(1.0, 2.0, "a"), (3.0, 4.0, "b"), (5.0, 6.0, "c d")],
        ),
    ],
)
@pytest.mark.parametrize("version", ["ns/ttml", "2006/10/ttaf1"])
def test_ttml_and_dfxp(version: str, parameters: str, body: str, told: Told) -> None:
    place = f"http://www.w3.org/{version}"
    names = f'xmlns="{place}" xmlns:p="{place}#parameter" xmlns:m="{place}#metadata"'
    assert read(f"<?xml version='1.0'?><tt {names} {parameters}>{body}</tt>") == told


def test_one_bad_paragraph_costs_that_paragraph() -> None:
    text = '<tt><body><p begin="soon">a</p><p>b</p><p begin="1s" end="2s">c</p></body></tt>'
    sheet = read_sheet(text, VIDEO, Path("a.ttml"))
    assert [cue.lines for cue in sheet.cues] == [("c",)]
    assert [fault[:5] for fault in sheet.faults] == ["p 'a'", "p 'b'"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        # loaded, and shown by the code for it, which is the seventh pair
        (
            ["00:00:01:00\t9420 9420 9470 9470 c8e9 a180 942f 942f", "00:00:03:00\t942c 942c"],
            [(1.201, 3.003, "Hi!")],
        ),
        # what nothing erases stays
        (["00:00:01:00\t9420 9470 c8e9 942f"], [(1.101, 5000.0, "Hi")]),
        # time codes that drop numbers: an hour is an hour
        (["01:00:00;00\t9429 9470 c8e9", "01:00:02;00\t942c"], [(3600.063, 3601.998, "Hi")]),
        # lines that roll up are told once
        (
            [
                "00:00:01:00\t9425 9425 94ad 94ad 9470 9470 ef6e e580",
                "00:00:03:00\t9425 9425 94ad 94ad 9470 9470 f4f7 ef80",
                "00:00:05:00\t942c",
            ],
            [(1.201, 3.07, "one"), (3.203, 5.005, "two")],
        ),
        # a special sign; an extended letter takes the place of the plain one before it
        (["00:00:01:00\t9429 9470 9137 9137 2020 4580 9221"],
         [(1.068, 5000.0, "♪ É")]),
        # the second channel and the text service are no captions of the first
        (["00:00:01:00\t1c29 1c70 c8e9 942a c8e9 9429 9470 ef6e"], [(1.235, 5000.0, "on")]),
    ],
)  # fmt: skip
def test_scc(lines: list[str], told: Told) -> None:
    assert read("\n\n".join(["Scenarist_SCC V1.0", *lines])) == told


SAMI = """<SAMI><HEAD><STYLE TYPE="text/css"><!-- P { color: white } --></STYLE></HEAD><BODY>
<SYNC Start=1000><P Class=ENCC>Hello &amp;lt; <i>you</i><br>I <3 you<P Class=FRCC>Bonjour
<sync start="3000ms"><P Class=ENCC>&nbsp;
<SYNC Start=4000 End=4500><P Class=ENCC>again</P></SYNC>
<SYNC Start=6000><P Class=ENCC>last
</BODY></SAMI>"""


def test_sami() -> None:
    assert read(SAMI) == [
        (1.0, 3.0, "Hello &lt; you / I <3 you"),
        (1.0, 5000.0, "Bonjour"),
        (4.0, 4.5, "again"),
        (6.0, 5000.0, "last"),
    ]
