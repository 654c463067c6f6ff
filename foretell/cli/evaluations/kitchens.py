"""The commands `foretell eval epic-lta` and `foretell eval egtea-lta`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from foretell.cli.evaluations.options import (
    DataOption,
    InFlightOption,
    LimitOption,
    ModelOption,
    OutOption,
    RateOption,
    ResumeOption,
)
from foretell.cli.options import BaseUrlOption, CacheOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from foretell.agent.tasks.anticipation.lalm_settings import LalmSettings
    from foretell.config import Config
    from foretell.evals.datasets.future_verbs import FutureVerbsDataset


def epic_lta(
    data: DataOption,
    model: ModelOption = None,
    limit: LimitOption = None,
    out: OutOption = None,
    resume: ResumeOption = False,
    in_flight: InFlightOption = 8,
    rate: RateOption = None,
    library: LibraryOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
) -> None:
    """Foretell the verbs in the rest of EPIC-55's videos, or the next actions in EPIC-100's."""
    from foretell.agent.tasks.anticipation.lalm_settings import LalmSettings
    from foretell.config import load_config
    from foretell.evals.datasets.epic_lta import holds_epic_100, load_epic_lta

    config = load_config(library=library, model=model, base_url=base_url, cache_responses=cache)
    lalm = LalmSettings(requests_in_flight=in_flight, requests_per_second=rate)
    run = _Run("epic-lta", data, config, lalm, limit, out, resume, as_json)
    if holds_epic_100(data):
        run.next_actions()
    else:
        run.future_verbs(load_epic_lta)


def egtea_lta(
    data: DataOption,
    model: ModelOption = None,
    limit: LimitOption = None,
    out: OutOption = None,
    resume: ResumeOption = False,
    in_flight: InFlightOption = 8,
    rate: RateOption = None,
    library: LibraryOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
) -> None:
    """Foretell the verbs in the rest of EGTEA Gaze+'s videos."""
    from foretell.agent.tasks.anticipation.lalm_settings import LalmSettings
    from foretell.config import load_config
    from foretell.evals.datasets.egtea_lta import load_egtea_lta

    config = load_config(library=library, model=model, base_url=base_url, cache_responses=cache)
    lalm = LalmSettings(requests_in_flight=in_flight, requests_per_second=rate)
    run = _Run("egtea-lta", data, config, lalm, limit, out, resume, as_json)
    run.future_verbs(load_egtea_lta)


@dataclass(frozen=True, slots=True)
class _Run:
    """What the command line asks for."""

    evaluation: str
    data: Path
    config: Config
    lalm: LalmSettings
    limit: int | None
    out: Path | None
    resume: bool
    as_json: bool

    def future_verbs(self, load: Callable[[Path], FutureVerbsDataset]) -> None:
        """Scores the verbs of the rest of the videos."""
        from foretell.cli.console.evaluations import show_verbs
        from foretell.cli.console.progress import evaluating
        from foretell.evals.anticipation.verb_run import run_future_verbs

        with evaluating("records") as on_progress:
            evaluation = run_future_verbs(
                self.data,
                load(self.data),
                self.config,
                {"evaluation": self.evaluation, "data": str(self.data)},
                lalm=self.lalm,
                limit=self.limit,
                out=self.out,
                resume=self.resume,
                on_progress=on_progress,
            )
        show_verbs(evaluation, self.as_json)

    def next_actions(self) -> None:
        """Scores the next actions of every window, as Ego4D does."""
        from foretell.cli.console.evaluations import show_anticipation
        from foretell.cli.console.progress import evaluating
        from foretell.evals.anticipation.run import run_anticipation
        from foretell.evals.datasets.ego4d_lta import Ego4dLta, load_ego4d_lta

        windows = Ego4dLta(self.data)
        with evaluating("windows") as on_progress:
            result = run_anticipation(
                load_ego4d_lta(windows),
                self.config,
                windows.described() | {"evaluation": self.evaluation},
                lalm=self.lalm,
                limit=self.limit,
                out=self.out,
                resume=self.resume,
                on_progress=on_progress,
            )
        show_anticipation(result, self.as_json)
