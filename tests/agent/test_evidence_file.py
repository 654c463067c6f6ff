"""An answer with its evidence in one file: written, checked, and forged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import forged_pages
from foretell import ConfigError, DatasetError, Verified, VideoAgent, verify_evidence
from foretell import write_evidence as write
from foretell.agent.evidence import check_citations
from foretell.agent.evidence_file.page import LARGEST, Page, page_of, read_page
from foretell.agent.evidence_file.record import canonical, row_digest, row_of
from foretell.config import Config, load_config
from foretell.errors import MemoryStoreError
from foretell.tools.decoding.pyav_backend import write_video
from foretell.types import Answer, Event, Interval, ScoredLabel

HOSTILE = "</script><img src=x onerror=alert(1)> & 'quotes' <!-- [9.0-9.5 s]"
CAPTIONS = [
    {"start": 0, "end": 2, "text": "A woman takes a cup from the shelf"},
    {"start": 2, "end": 4, "text": "She fills the cup with water"},
    {"start": 4, "end": 6, "text": f"A sign says {HOSTILE}"},
]
MILK = "When does she fill the cup with water?"


def write_clip(file: Path, shade: int) -> Path:
    """Six seconds in which a bright square moves over a slope of one shade."""
    slope = np.tile(np.linspace(shade, 120, 160)[None, :, None], (90, 1, 3))

    def picture(index: int) -> np.ndarray:
        made = slope.astype(np.uint8)
        made[20:60, 2 + index * 2 : 40 + index * 2] = (200, 90, 40)
        return made

    write_video(file, map(picture, range(48)), frames_per_second=8)
    return file


def settings(folder: Path) -> Config:
    return load_config(
        library=folder / "library", embedder="hash", read_screen_text=False, isolate_decoding=False
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clips with captions; the name of one is hostile."""
    folder = tmp_path_factory.mktemp("home")
    for name, shade in (("cup.mp4", 20), ("<b onload=x>'&amp; .mp4", 90)):
        write_clip(folder / name, shade)
    (folder / "captions.json").write_text(json.dumps(CAPTIONS))
    return folder


@pytest.fixture(scope="module")
def agent(home: Path) -> Iterator[VideoAgent]:
    with VideoAgent(settings(home)) as agent:
        for clip in sorted(home.glob("*.mp4")):
            agent.watch(clip, captions=home / "captions.json")
        yield agent


@pytest.fixture(scope="module")
def away(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another machine, with its own copies and its own library."""
    folder = tmp_path_factory.mktemp("away")
    for file in home.glob("c*.*"):
        shutil.copy(file, folder / file.name)
    with VideoAgent(settings(folder)) as agent:
        agent.watch(folder / "cup.mp4", captions=folder / "captions.json")
    return folder


@pytest.fixture
def page(agent: VideoAgent, home: Path, tmp_path: Path) -> Path:
    answer = agent.ask(MILK, home / "cup.mp4")
    return write(agent, MILK, answer, [home / "cup.mp4"], tmp_path / "cup.html").file


def read(file: Path) -> Page:
    return read_page(file.read_bytes(), file.name)


def states(verified: Verified) -> dict[str, str]:
    return {finding.what: finding.state for finding in verified.all()}


def sentences(verified: Verified) -> str:
    return "\n".join(f"{one.what} {one.state}: {one.why}" for one in verified.all())


def test_a_true_page_holds_on_another_machine(page: Path, away: Path) -> None:
    verified = verify_evidence(page, [away / "cup.mp4"], config=settings(away))
    assert verified.state == "holds", sentences(verified)
    assert verified.holds
    assert [one.what for one in verified.citations[0].findings] == ["event", "quote", "frames"]
    assert "to the last bit" in verified.citations[0].findings[2].why
    assert verified.to_dict()["citations"][0]["state"] == "holds"


def test_what_is_not_at_hand_is_told_as_unchecked(page: Path, tmp_path: Path) -> None:
    nowhere = settings(tmp_path / "nowhere")
    verified = verify_evidence(page, config=nowhere)
    assert (verified.state, verified.holds) == ("unchecked", True)
    assert {what for what, state in states(verified).items() if state == "holds"} == {
        *("seal", "page", "citations", "event"),
    }
    told = sentences(verified)
    assert "frames unchecked: it is not at hand: give it, as in `--video cup.mp4`" in told
    assert "run `foretell watch cup.mp4 --captions captions.json` and verify again" in told
    assert not nowhere.library.exists()


def test_the_video_alone_proves_the_frames(page: Path, home: Path, tmp_path: Path) -> None:
    verified = verify_evidence(page, [home / "cup.mp4"], config=settings(tmp_path))
    assert states(verified)["frames"] == "holds"
    assert states(verified)["quote"] == "unchecked"


def test_a_library_that_cannot_be_read_is_none(page: Path, home: Path, tmp_path: Path) -> None:
    config = settings(tmp_path)
    config.library.mkdir()
    (config.library / "library.sqlite").write_text("no library, whatever its name says" * 40)
    verified = verify_evidence(page, [home / "cup.mp4"], config=config)
    assert states(verified)["library"] == "unchecked"
    assert states(verified)["frames"] == "holds"


@pytest.mark.parametrize("kind", forged_pages.CAREFUL)
@pytest.mark.parametrize("variant", range(20))
def test_forgeries_with_digests_that_fit_are_found(
    page: Path, away: Path, kind: str, variant: int
) -> None:
    page.write_bytes(forged_pages.CAREFUL[kind](read(page), variant))
    verified = verify_evidence(page, [away / "cup.mp4"], config=settings(away))
    assert states(verified)["seal"] == states(verified)["page"] == "holds"
    assert not verified.holds, sentences(verified)


@pytest.mark.parametrize("kind", forged_pages.CAREFUL)
@pytest.mark.parametrize("variant", range(2))
def test_clumsy_forgeries_are_found_by_the_file_alone(
    page: Path, tmp_path: Path, kind: str, variant: int
) -> None:
    page.write_bytes(forged_pages.clumsy(kind, read(page), variant))
    assert not verify_evidence(page, config=settings(tmp_path)).holds


def test_any_changed_byte_that_is_seen_is_found(page: Path, tmp_path: Path) -> None:
    original = page.read_bytes()
    record = original.index(b"<script")
    for place in range(0, record, record // 60):
        changed = bytes([original[place] ^ 1])
        page.write_bytes(original[:place] + changed + original[place + 1 :])
        assert not verify_evidence(page, config=settings(tmp_path)).holds, place
    page.write_bytes(original + b"<p>And more</p>")
    assert states(verify_evidence(page, config=settings(tmp_path)))["page"] == "fails"


def test_where_the_timeline_has_it_is_told(page: Path, away: Path) -> None:
    original = read(page)
    page.write_bytes(forged_pages.shifted_time(original, 5))
    told = sentences(verify_evidence(page, config=settings(away)))
    assert "quote fails: the timeline has it at 2.0-4.0 s" in told
    page.write_bytes(forged_pages.changed_quote(original, 0))
    told = sentences(verify_evidence(page, config=settings(away)))
    assert 'quote fails: the timeline says there: "She fills the cup with water"' in told


def test_another_video_is_named(page: Path, home: Path, tmp_path: Path) -> None:
    (other,) = home.glob("<*.mp4")
    verified = verify_evidence(page, [other], config=settings(home))
    told = sentences(verified)
    assert not verified.holds
    assert "is another video: its SHA-256 is " in told


def test_a_changed_timeline_is_told(page: Path, home: Path, tmp_path: Path) -> None:
    other = [*CAPTIONS[:2], {"start": 4, "end": 6, "text": "She leaves"}]
    (tmp_path / "captions.json").write_text(json.dumps(other))
    with VideoAgent(settings(tmp_path)) as agent:
        agent.watch(home / "cup.mp4", captions=tmp_path / "captions.json")
    verified = verify_evidence(page, config=settings(tmp_path))
    assert states(verified)["quote"] == "holds"
    assert 'timeline fails: this library has other events from "captions:captions.json"' in (
        sentences(verified)
    )


def test_the_seal_tells_a_page_from_one_written_anew(
    agent: VideoAgent, page: Path, home: Path, tmp_path: Path
) -> None:
    seal = read(page).record.seal
    config = settings(home)
    assert verify_evidence(page, seal=f" {seal.upper()}\n", config=config).state == "holds"
    answer = agent.ask(MILK, home / "cup.mp4")
    shorter = replace(answer, text="She does nothing.", evidence=())
    write(agent, MILK, shorter, [home / "cup.mp4"], page)
    assert verify_evidence(page, config=config).holds
    verified = verify_evidence(page, seal=seal, config=config)
    assert "not the one that was told" in sentences(verified)
    assert not verified.holds


def test_several_videos_are_named_and_checked(
    agent: VideoAgent, home: Path, tmp_path: Path
) -> None:
    clips = sorted(home.glob("*.mp4"))
    numbers = [agent.timeline(clip).of_kind("caption")[1].id for clip in clips]
    words = f"In one [e{numbers[0]}], and in the other [e{numbers[1]}]."
    checked = check_citations(words, agent.library.store, agent.see(clips))
    answer = Answer(checked.text, evidence=checked.evidence)
    file = write(agent, "When?", answer, clips, tmp_path / "two.html").file
    assert len({one.video for one in answer.evidence}) == 2
    verified = verify_evidence(file, clips, config=settings(home))
    assert verified.state == "holds", sentences(verified)
    assert len(verified.videos) == 2
    one = verify_evidence(file, clips[:1], config=settings(tmp_path))
    assert [video.state for video in one.videos] == ["unchecked", "unchecked"]
    assert {video.findings[0].state for video in one.videos} == {"holds", "unchecked"}
    for kind, forge in forged_pages.CAREFUL.items():
        file.write_bytes(forge(read(write(agent, "", answer, clips, file).file), 0))
        assert not verify_evidence(file, clips, config=settings(home)).holds, kind


def test_nothing_from_outside_becomes_markup(agent: VideoAgent, home: Path, tmp_path: Path) -> None:
    clips = sorted(home.glob("<*.mp4"))
    events = agent.timeline(clips[0]).of_kind("caption")
    words = f'It reads "{HOSTILE}" [e{events[2].id}].'
    checked = check_citations(words, agent.library.store, agent.see(clips))
    assert checked.evidence[-1].quote == events[2].text
    answer = Answer(checked.text, evidence=checked.evidence)
    choices = ["</script><script>alert(2)</script>", "b"]
    told = replace(answer, choice=0, notes=(HOSTILE,), model=f"/home/me/models/{HOSTILE[:20]}")
    file = write(
        agent, f"<script>{HOSTILE}", told, clips, tmp_path / "x.html", choices=choices
    ).file
    text = file.read_text()
    assert text.count("<script") == text.count("</script>") == 1
    assert "<img src=x" not in text
    assert "<!-- [" not in text
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in text
    assert str(home) not in text
    assert "/home/me" not in text
    assert "http:" not in text
    assert "https:" not in text
    verified = verify_evidence(file, clips, config=settings(home))
    assert verified.holds, sentences(verified)
    assert "[9.0-9.5 s] is said to be words of a quotation" in sentences(verified)


def test_a_page_without_evidence_says_so(agent: VideoAgent, home: Path, tmp_path: Path) -> None:
    question = "Does she play the guitar?"
    clip = home / "cup.mp4"
    answer = agent.ask(question, clip)
    assert not answer.evidence
    file = write(agent, question, answer, [clip], tmp_path / "none.html").file
    assert "The answer rests on no line of the timeline." in file.read_text()
    verified = verify_evidence(file, [clip], config=settings(home))
    assert verified.state == "holds", sentences(verified)


def test_no_folder_of_this_machine_stands_in_a_page(
    agent: VideoAgent, home: Path, tmp_path: Path
) -> None:
    clip = home / "cup.mp4"
    answer = Answer(f"Watch {clip} again.", status="unknown", notes=(f"see {home}/x/y.json",))
    text = write(agent, f"What is {clip}?", answer, [clip], tmp_path / "p.html").file.read_text()
    assert str(home) not in text
    assert "Watch cup.mp4 again." in text
    assert "see y.json" in text


def test_what_the_videos_lack_is_refused(agent: VideoAgent, home: Path, tmp_path: Path) -> None:
    other, clip = sorted(home.glob("*.mp4"))
    answer = agent.ask(MILK, clip)
    with pytest.raises(ConfigError, match="is none of the videos given"):
        write(agent, MILK, answer, [other], tmp_path / "p.html")
    gone = replace(answer, evidence=(replace(answer.evidence[0], quote="She flies"),))
    with pytest.raises(MemoryStoreError, match="is no longer in the library; ask again"):
        write(agent, MILK, gone, [clip], tmp_path / "p.html")
    assert not list(tmp_path.iterdir())


def test_only_an_earlier_page_is_replaced(
    agent: VideoAgent, page: Path, home: Path, tmp_path: Path
) -> None:
    clip = home / "cup.mp4"
    answer = agent.ask(MILK, clip)
    write(agent, MILK, answer, [clip], page)
    for taken in (clip, tmp_path):
        with pytest.raises(ConfigError, match="is left as it is: name another file"):
            write(agent, MILK, answer, [clip], taken)
    with pytest.raises(ConfigError, match="is not there; make it, or name another"):
        write(agent, MILK, answer, [clip], tmp_path / "no" / "p.html")
    with pytest.raises(ConfigError, match="cannot write the page"):
        write(agent, MILK, answer, [clip], tmp_path / ("n" * 300))
    assert [file.name for file in tmp_path.iterdir()] == ["cup.html"]


def test_what_is_no_page_is_refused_in_a_sentence(page: Path, tmp_path: Path) -> None:
    original = page.read_bytes()
    record = original.index(b'{"answer"')
    refused = {
        b"": "is no page that `foretell ask --html` wrote",
        original[: len(original) - 200]: "or it is cut off",
        original.replace(b'"format":1', b'"format":2'): "has format 2, and this foretell reads 1",
        original.replace(b'"format":1', b'"format":"x"'): "is damaged",
        original.replace(b'"choices":[]', b'"choices":' + b"[" * 5000 + b"]" * 5000): "levels deep",
        original.replace(b'"choices":[]', b'"choices":NaN'): "is damaged",
        original.replace(b'"marks":1', b'"marks":1e400'): "is damaged",
        original.replace(b'"video":0', b'"video":3'): "names a video that is not there",
        original.replace(b'"choice":null', b'"choice":3'): "takes a choice that is not there",
        original.replace(b'"end":4.0', b'"end":1.0'): "ends before it starts",
        original[:record] + b"[]" + original[original.index(b"</script>") :]: "is damaged",
    }
    for content, sentence in refused.items():
        page.write_bytes(content)
        with pytest.raises(DatasetError, match=r".") as raised:
            verify_evidence(page, config=settings(tmp_path))
        assert sentence in str(raised.value)
        assert len(str(raised.value)) < 400
    with pytest.raises(ConfigError, match="cannot read"):
        verify_evidence(tmp_path / "nowhere.html")
    with open(page, "wb") as large:
        large.truncate(LARGEST + 1)
    with pytest.raises(DatasetError, match="larger than 64 MiB"):
        verify_evidence(page)


def test_pictures_that_are_none_fail(page: Path, away: Path) -> None:
    original = read(page)
    first = original.record.citations[0].frames[0].jpeg_sha256
    for picture in (b"", b"\xff\xd8\xff nothing", b"x" * 5_000_000):
        forged = {**original.pictures, first: picture}
        content = page_of(original.record, forged)
        page.write_bytes(content)
        verified = verify_evidence(page, [away / "cup.mp4"], config=settings(away))
        assert states(verified)["frames"] == "fails"


def test_labels_are_hashed_as_every_processor_tells_them() -> None:
    def event(share: float) -> Event:
        label = ScoredLabel("verb", "take", share)
        return Event(Interval(0, 1), "action", "take", "x", share, labels=(label,))

    assert row_digest(row_of(event(1 / 3))) == row_digest(row_of(event(1 / 3 + 1e-12)))
    assert row_digest(row_of(event(0.3))) != row_digest(row_of(event(0.31)))
    assert canonical({"b": 1.0, "a": "é"}) == '{"a":"\\u00e9","b":1.0}'
