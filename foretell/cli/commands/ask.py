"""The command `foretell ask`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foretell.cli.console.progress import working
from foretell.cli.options import (
    BaseUrlOption,
    BudgetOption,
    CacheOption,
    CaptionsOption,
    DeviceOption,
    FrameScorerOption,
    JsonOption,
    LibraryOption,
    ModelOption,
    VisionModelOption,
)
from foretell.cli.screen import tell
from foretell.errors import ConfigError

if TYPE_CHECKING:
    from foretell.agent.tasks.answering.question_settings import Strategy
    from foretell.agent.video_agent import VideoAgent
    from foretell.types import Answer


def ask(
    videos: Annotated[
        list[str],
        typer.Argument(
            metavar='VIDEO [VIDEO ...] ["QUESTION"]',
            help="One or more video files, and what to find out about them.",
        ),
    ],
    question: Annotated[
        str | None,
        typer.Option(
            "--question", "-q", metavar="TEXT", help="What to find out, where no argument says it."
        ),
    ] = None,
    choices: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="An answer to choose from; give it once for each."),
    ] = None,
    strategy: Annotated[
        str,
        typer.Option(
            metavar="agent|one-call|summarise",
            help="Search the timeline; show it to a chat model whole; or a summary of it.",
        ),
    ] = "agent",
    captions: CaptionsOption = None,
    library: LibraryOption = None,
    model: ModelOption = None,
    vision_model: VisionModelOption = None,
    frame_scorer: FrameScorerOption = None,
    device: DeviceOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    budget: BudgetOption = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the answer with its evidence to take along."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question about one or more videos, with evidence."""
    from foretell.agent.video_agent import VideoAgent
    from foretell.cli.console.results import show_answer

    asked_by = _strategy(strategy)
    files, asked = _files_and_question(videos, question)
    if html is not None:
        check_page(html)
    with VideoAgent(
        library=library,
        model=model,
        vision_model=vision_model,
        frame_scorer=frame_scorer,
        device=device,
        base_url=base_url,
        cache_responses=cache,
        timeline_tokens=budget,
    ) as agent:
        if vision_model is not None:
            check_vision_model(agent)
        watch_all(agent, files, captions)
        with working("answering"):
            answer = agent.ask(asked, *files, choices=choices or (), strategy=asked_by)
        show_answer(answer, as_json, choices or ())
        if html is not None:
            _write_page(agent, asked, answer, files, html, choices or ())


def check_page(html: Path) -> None:
    """Sees that a page can be written, before anything is asked."""
    from foretell.agent.evidence_file.writing import check_target

    check_target(html)


def _write_page(
    agent: VideoAgent,
    question: str,
    answer: Answer,
    videos: Sequence[Path],
    html: Path,
    choices: Sequence[str],
) -> None:
    """Writes an answer with its evidence, and tells where."""
    from foretell.agent.evidence_file.writing import write_evidence

    written = write_evidence(agent, question, answer, videos, html, choices=choices)
    tell("wrote {}, seal {}", written.file, written.seal)


def _files_and_question(given: Sequence[str], question: str | None) -> tuple[list[Path], str]:
    """Returns the videos and the question, which may stand last among the arguments.

    Raises:
        ConfigError: If there is no question, or no video.
    """
    *before, last = given
    if question is not None:
        return [Path(one) for one in given], question
    if os.path.exists(last):  # of a long question, Path would raise an error
        raise ConfigError(
            f'no question was given; ask it last, as in foretell ask {last} "what happens?"'
        )
    if not (any(mark.isspace() for mark in last.strip()) or last.endswith("?")):
        raise ConfigError(
            f"{last!r} is neither a file nor a question; name a video that exists, and put a "
            "question of one word after --question"
        )
    if not before:
        raise ConfigError(f"no video was given; name one before the question {last!r}")
    return [Path(one) for one in before], last


def _strategy(name: str) -> Strategy:
    """Returns a strategy that there is; the settings of the others take time to import."""
    if name == "agent":
        return "agent"
    from foretell.agent.tasks.answering.question_settings import check_strategy

    return check_strategy(name)


def check_vision_model(agent: VideoAgent) -> None:
    """Sees that what was asked for can look: a planner would go on without it and say nothing."""
    from foretell.tools.vision_models.image_text_answerer import local_answerer

    if (local := local_answerer(agent.config)) is not None:
        local.check()


def watch_all(agent: VideoAgent, videos: list[Path], captions: Path | None) -> None:
    """Watches every video, with the captions if there are any."""
    from foretell.cli.console.progress import watching

    if captions is not None and len(videos) != 1:
        raise ConfigError(
            f"--captions describes one video, and {len(videos)} were given; "
            "run `foretell watch VIDEO --captions FILE` for each first"
        )
    with watching() as on_progress:
        for video in videos:
            agent.watch(video, captions=captions, on_progress=on_progress)
