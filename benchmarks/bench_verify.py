"""Counts forged pages that `foretell verify` finds, and true ones that it takes for forged.

python -m benchmarks.bench_verify

Answers about the real clips in FORETELL_DATA, where they are, and about the demo's clip are written
as pages; they are checked against other copies of the clips that another library watched, as on
another machine. 200 forgeries are planted in them, 40 of a kind; three of four fit all digests.
"""

from __future__ import annotations

import itertools
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.forged_pages import CAREFUL, forged
from benchmarks.measure import Row, run, table
from foretell import demo, verify_evidence, write_evidence
from foretell.agent.evidence_file.page import read_page
from foretell.agent.video_agent import VideoAgent
from foretell.config import Config, load_config
from foretell.types import spread

ROOT = Path(__file__).parents[1]
TRUE, EACH, TIMED = 50, 40, 12
"""Pages, forgeries of each kind, and pages that a process is timed on."""
CLIPS = (
    "ego_kitchen_milk_41s.mp4",
    "cooking_multishot_subtitled_12s.mp4",
    "kitchen_pancake_flip.mkv",
    "static_six_visitors_139s.mp4",
)
KITCHEN = "ego_kitchen_milk_41s.lavila_captions.json"
ALWAYS = ("Does anybody dance?", "How many shots are there?", "What happens?")


@dataclass(frozen=True)
class Machine:
    """A folder that stands for a machine: clips, and a library that watched them."""

    folder: Path

    @property
    def clips(self) -> list[Path]:
        """The clips, in order."""
        return sorted(one for one in self.folder.iterdir() if one.suffix in (".mp4", ".mkv"))

    @property
    def settings(self) -> Config:
        """Searched by words, as search is not what is measured."""
        return load_config(library=self.folder / "library", embedder="hash", read_screen_text=False)

    def watch(self) -> VideoAgent:
        """Watches the clips."""
        agent = VideoAgent(self.settings)
        for clip in self.clips:
            captions = self.folder / KITCHEN if clip.name == CLIPS[0] else None
            agent.watch(clip, captions=captions)
        return agent


@dataclass(frozen=True)
class Written:
    """A true page: where, the names of its clips, and whether it cites anything."""

    page: Path
    names: tuple[str, ...]
    cites: bool


def machines(folder: Path) -> tuple[Machine, Machine]:
    """Returns two machines with the same clips."""
    data = Path(os.environ.get("FORETELL_DATA", ROOT.parent / "shared" / "data")) / "videos"
    here, there = Machine(folder / "here"), Machine(folder / "there")
    demo.render_clip(here.folder)
    for name in (*CLIPS, KITCHEN):
        if (data / name).is_file():
            shutil.copy(data / name, here.folder)
    if not (here.folder / KITCHEN).is_file():
        (here.folder / CLIPS[0]).unlink(missing_ok=True)
    shutil.copytree(here.folder, there.folder)
    return here, there


def questions(agent: VideoAgent, clip: Path) -> list[str]:
    """Returns as many questions about a clip as its share of the pages."""
    told = spread([event.text for event in agent.timeline(clip)], TRUE)
    asked = [*ALWAYS, *(f"When is it that {text}?" for text in told)]
    return list(itertools.islice(itertools.cycle(asked), TRUE))


def pages(agent: VideoAgent, clips: Sequence[Path], folder: Path) -> Iterator[Written]:
    """Yields pages of answers, each sixth about two clips."""
    asked = {clip: iter(questions(agent, clip)) for clip in clips}
    for number, clip in zip(range(TRUE), itertools.cycle(clips), strict=False):
        about = [clip] if number % 6 else sorted({clip, clips[0]})
        question = next(asked[clip])
        answer = agent.ask(question, *about)
        page = folder / f"page{number}.html"
        write_evidence(agent, question, answer, about, page)
        yield Written(page, tuple(one.name for one in about), bool(answer.evidence))


def states(page: Path, names: Sequence[str], there: Machine) -> tuple[str, str, str]:
    """Returns how a page is found: with video and library, with the video alone, by itself."""
    alone = there.settings.model_copy(update={"library": there.folder / "none"})
    videos = [there.folder / name for name in names]
    return (
        verify_evidence(page, videos, config=there.settings).state,
        verify_evidence(page, videos, config=alone).state,
        verify_evidence(page, config=alone).state,
    )


def rows() -> list[Row]:
    """Writes pages, forges them and checks all."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        here, there = machines(folder)
        there.watch().close()
        with here.watch() as agent:
            written = list(pages(agent, here.clips, folder))
        true = [states(one.page, one.names, there) for one in written]
        alarms = sum("fails" in one for one in true)
        whole = sum(one[0] == "holds" for one in true)
        citing = [one for one in written if one.cites]
        seconds, cpu_seconds = _seconds(citing, there)
        sizes = [one.page.stat().st_size / 1e3 for one in citing]
        slowest = f"slowest {max(seconds):.2f} s; {cpu_seconds:.2f} s of a core"
        command = "`foretell verify`, a process of its own"
        return [
            Row(f"false alarms on {TRUE} true pages", alarms, "", f"{whole} hold whole", "0"),
            *_found(citing, there, folder / "forged.html"),
            Row(command, statistics.median(seconds), "s", slowest, "< 2 s"),
            Row(
                f"a page that cites something, {len(citing)} of {TRUE}",
                statistics.median(sizes),
                "kB",
                f"largest {max(sizes):.0f} kB",
                "< 1 MB",
            ),
        ]


def _found(citing: Sequence[Written], there: Machine, file: Path) -> Iterator[Row]:
    """Yields how many forgeries of each kind are found, by what is at hand."""
    originals = [(read_page(one.page.read_bytes(), one.page.name), one.names) for one in citing]
    for kind in CAREFUL:
        found = [0, 0, 0]
        for number in range(EACH):
            page, names = originals[number % len(originals)]
            file.write_bytes(forged(kind, page, number))
            for place, state in enumerate(states(file, names, there)):
                found[place] += state == "fails"
        beside = f"{found[1]} by the video alone, {found[2]} by the file alone"
        yield Row(f"{kind}, found of {EACH}", found[0], "", beside, str(EACH))


def _seconds(citing: Sequence[Written], there: Machine) -> tuple[list[float], float]:
    """Returns what checking some pages takes, and the median of its CPU seconds."""
    environment = {"FORETELL_LIBRARY": str(there.settings.library), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "foretell", "verify", "--json"]
    taken = [run([*command, str(one.page)], environment, one.page.parent) for one in citing[:TIMED]]
    return [one.seconds for one in taken], statistics.median(one.cpu_seconds for one in taken)


if __name__ == "__main__":
    print(table(rows()))
