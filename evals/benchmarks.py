"""The benchmarks that foretell is measured on: one record each, in one table.

`foretell eval`, `foretell score`, their help and the pages are made from it or checked against it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from foretell.errors import ConfigError
from foretell.evals.datasets import (
    action_instances,
    charades_sta,
    egoschema,
    epic_lta,
    nextqa,
    qvhighlights,
    star,
    temporalbench,
    tomato,
    ual_bench,
)
from foretell.evals.datasets.chronology import chronology_questions
from foretell.evals.datasets.ego4d_lta import AnticipationTask, Ego4dLta, load_ego4d_lta
from foretell.evals.datasets.epic_lta import FutureVerbsDataset
from foretell.evals.datasets.natural_questions import (
    FILES as NATURAL_FILES,
)
from foretell.evals.datasets.natural_questions import (
    NaturalQuestions,
    load_natural_questions,
)
from foretell.evals.datasets.procedures import (
    PlanningTask,
    ProcedurePlanning,
    load_procedure_planning,
)
from foretell.evals.datasets.stored_captions import Captions
from foretell.evals.metrics.multiple_choice import INTENTQA_GROUPS, NEXTQA_GROUPS
from foretell.evals.scoring import action_detection, frame_detection, temporal_grounding
from foretell.evals.scoring.answered_questions import load_answered_split
from foretell.evals.scoring.choice_files import read_choices
from foretell.evals.scoring.choices import (
    AnsweredFile,
    score_choices,
    score_temporalbench,
    score_tomato,
)
from foretell.evals.scoring.egoschema import score_egoschema
from foretell.evals.scoring.nextgqa import score_nextgqa
from foretell.evals.scoring.qvhighlights import score_qvhighlights
from foretell.evals.scoring.score_card import ScoreCard, Scorer
from foretell.evals.scoring.ual_bench import score_ual_bench
from foretell.moments import MomentQuery
from foretell.questions import ChoiceAnswer, VideoQuestion
from foretell.tools.localization.settings import LocalizerSettings

Job = Literal["answering", "anticipation", "localization", "planning"]
Groups = Mapping[str, Sequence[str]]
Measure = Literal["ranking", "ends", "detection"]
"""What moments are scored by beside overlap: mAP of ranked ones (QVHighlights), how far off both
ends are (UAL-Bench), or mAP over classes (ActivityNet, THUMOS14)."""


@dataclass(frozen=True, slots=True)
class QuestionData:
    """Multiple-choice questions about videos.

    Attributes:
        load: Reads the questions at a path; of the published split that is named, where there are
            `splits`.
        splits: The published ones that are scored; the first is asked unless another is named.
        groups: Types of question that are also scored together, by the name of the group.
        fit_captions: Gives the captions of what each question is about, where that is not a whole
            video; from the questions and the captions of whole videos.
        submission: Gives the files that the benchmark's server takes, by name, from the answers.
    """

    load: Callable[..., list[VideoQuestion]]
    splits: tuple[str, ...] = ()
    groups: Groups = field(default_factory=dict[str, Sequence[str]])
    fit_captions: Callable[[Sequence[VideoQuestion], Captions], Captions] | None = None
    submission: Callable[[Mapping[str, ChoiceAnswer]], Mapping[str, str]] | None = None

    job: Job = field(default="answering", init=False)


@dataclass(frozen=True, slots=True)
class NaturalData:
    """Questions in free words about videos, whose free answers are judged by rules.

    Attributes:
        load: Reads the questions and finds the videos.
    """

    load: Callable[[Path], NaturalQuestions]

    job: Job = field(default="answering", init=False)


@dataclass(frozen=True, slots=True)
class CaptionOrder:
    """Questions about the order of events, made from captions.

    Attributes:
        make: Makes them as `chronology_questions` does.
    """

    make: Callable[..., list[VideoQuestion]]

    job: Job = field(default="answering", init=False)


@dataclass(frozen=True, slots=True)
class MomentData:
    """Descriptions of moments in videos.

    Attributes:
        load: Reads the queries at a path; beside the captions, where there is `load_captions`.
        settings: How the embedded localizer looks for them in captions.
        measure: What they are scored by beside overlap.
        load_captions: Reads the captions that lie with the queries, where they do.
    """

    load: Callable[..., list[MomentQuery]]
    settings: LocalizerSettings
    measure: Measure = "ranking"
    load_captions: Callable[[Path], Captions] | None = None

    job: Job = field(default="localization", init=False)


@dataclass(frozen=True, slots=True)
class PresenceData:
    """Descriptions of moments, each looked for in its own video and in another.

    Attributes:
        moments: How they are read and looked for.
    """

    moments: MomentData

    job: Job = field(default="localization", init=False)


@dataclass(frozen=True, slots=True)
class ActionData:
    """Windows of actions whose next actions are forecast, scored by edit distance.

    Attributes:
        load: Reads the windows, and the sequences to learn from.
    """

    load: Callable[[Ego4dLta], AnticipationTask]

    job: Job = field(default="anticipation", init=False)


@dataclass(frozen=True, slots=True)
class VerbData:
    """Videos observed in part, whose remaining verbs are forecast, scored by mAP.

    Attributes:
        load: Reads both splits of a folder.
        is_of_actions: Tells the folders that have no such splits, and are read as `ActionData`.
    """

    load: Callable[[Path], FutureVerbsDataset]
    is_of_actions: Callable[[Path], bool] = lambda folder: False

    job: Job = field(default="anticipation", init=False)


@dataclass(frozen=True, slots=True)
class ProcedureData:
    """Windows of steps, planned from the first and the last.

    Attributes:
        load: Reads the windows, and the demonstrations to learn from.
    """

    load: Callable[[ProcedurePlanning], PlanningTask]

    job: Job = field(default="planning", init=False)


Data = (
    QuestionData
    | NaturalData
    | CaptionOrder
    | MomentData
    | PresenceData
    | ActionData
    | VerbData
    | ProcedureData
)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A benchmark: what it asks for, how its files are read, and how predictions are scored.

    Attributes:
        name: On the command line and in records.
        help: What `foretell eval NAME` does, or what is scored, in one line.
        files: What `--data` names, or a folder that holds one of them; "{split}" stands for the
            published split, "*" for anything.
        data: What is evaluated; None where only files of predictions are scored.
        scorer: Scores a file of predictions as the benchmark's own script does. Questions are
            scored by their choices where there is none.
    """

    name: str
    help: str
    files: tuple[str, ...]
    data: Data | None = None
    scorer: Scorer | None = None

    @property
    def job(self) -> Job | None:
        """What foretell is evaluated at; None where only files of predictions are scored."""
        return None if self.data is None else self.data.job

    @property
    def is_scored(self) -> bool:
        """Whether files of predictions can be scored."""
        return self.scorer is not None or isinstance(self.data, QuestionData)

    @property
    def layout(self) -> str:
        """The files in words, for people: "SPLIT.csv or SPLIT.csv.gz"."""
        return " or ".join(name.format(split="SPLIT") for name in self.files)

    def score(self, predictions: Path, data: Path, *, official: bool = False) -> ScoreCard:
        """Scores somebody's file of predictions.

        Args:
            predictions: In a form that the benchmark's own script reads.
            data: The folder or file of the right answers, as it is published.
            official: Whether edge cases are counted as the official script counts them, mistakes
                included; else an inverted span is turned round, an empty one overlaps nothing,
                what is missing or null is a miss, and equal scores do not depend on the order of
                listing.

        Raises:
            ConfigError: If its predictions are not scored.
            DatasetError: If a file cannot be read, or they do not belong together.
        """
        if self.scorer is not None:
            return self.scorer(predictions, data, official)
        if isinstance(self.data, QuestionData):
            choices = read_choices(predictions).replies
            questions = load_answered_split(
                self.data.load, data, choices, files=self.files, splits=self.data.splits
            )
            found = AnsweredFile(predictions, choices, questions)
            return score_choices(self.name, found, self.data.groups, official=official)
        raise ConfigError(
            f"predictions for {self.name} are not scored; run `foretell eval {self.name}`"
        )


_SENTENCES = LocalizerSettings(may_be_absent=False, extent=0.5, limit=10)
"""For sets in which every query has its moment. Floor and extent were looked at on the dev split
of UAL-Bench's clips; what scored best there is the whole clip and was not taken."""
_DETAILS = replace(_SENTENCES, extent=0.25)

_TABLE = (
    Benchmark(
        "ego4d-lta",
        "Forecast the next actions of Ego4D's windows, beside five baselines.",
        ("fho_lta_val.json", "val_nseg8.jsonl"),
        ActionData(load_ego4d_lta),
    ),
    Benchmark(
        "epic-lta",
        "Foretell the verbs in the rest of EPIC-55's videos, or the next actions in EPIC-100's.",
        (*epic_lta.FILES, "training.csv", "EPIC_100_train.csv"),
        VerbData(epic_lta.load_epic_lta, epic_lta.holds_epic_100),
    ),
    Benchmark(
        "egtea-lta",
        "Foretell the verbs in the rest of EGTEA Gaze+'s videos.",
        epic_lta.FILES,
        VerbData(epic_lta.load_egtea_lta),
    ),
    Benchmark(
        "procedure-planning",
        "Plan the steps between the ends of CrossTask's, COIN's or NIV's windows.",
        ("crosstask.json", "coin.json", "niv.json"),
        ProcedureData(load_procedure_planning),
    ),
    Benchmark(
        "nextqa",
        "Answer NExT-QA's questions: why, how, what next, how many.",
        nextqa.FILES,
        QuestionData(nextqa.load_nextqa, ("val", "test"), NEXTQA_GROUPS),
    ),
    Benchmark(
        "nextgqa",
        "Answer NExT-GQA's questions, and say which span of the video shows it.",
        nextqa.FILES,
        QuestionData(nextqa.load_nextgqa, ("val", "test"), NEXTQA_GROUPS),
        score_nextgqa,
    ),
    Benchmark(
        "intentqa",
        "Answer IntentQA's questions why people do what they do.",
        nextqa.FILES,
        QuestionData(nextqa.load_intentqa, ("test", "val"), INTENTQA_GROUPS),
    ),
    Benchmark(
        "egoschema",
        "Answer EgoSchema's questions about three minutes of what somebody did.",
        egoschema.FILES,
        QuestionData(egoschema.load_egoschema, submission=egoschema.egoschema_submission),
        score_egoschema,
    ),
    Benchmark(
        "star",
        "Answer STAR's questions about situations.",
        star.FILES,
        QuestionData(star.load_star, ("val",), fit_captions=star.situation_captions),
    ),
    Benchmark(
        "tomato",
        "Answer TOMATO's questions about how things move.",
        tomato.FILES,
        QuestionData(tomato.load_tomato),
        score_tomato,
    ),
    Benchmark(
        "temporalbench",
        "Say which of two captions is TemporalBench's of a video.",
        temporalbench.FILES,
        QuestionData(temporalbench.load_temporalbench),
        score_temporalbench,
    ),
    Benchmark(
        "natural-questions",
        "Answer questions as people ask them, or say what nobody looked for; judged by rules.",
        NATURAL_FILES,
        NaturalData(load_natural_questions),
    ),
    Benchmark(
        "car",
        "Tell the order of what captions say from another: the embedder alone, and the answerer.",
        ("*.json", "*.json.gz"),
        CaptionOrder(chronology_questions),
    ),
    Benchmark(
        "qvhighlights",
        "Find the moments that QVHighlights' queries describe.",
        qvhighlights.FILES,
        MomentData(qvhighlights.load_qvhighlights, _DETAILS),
        score_qvhighlights,
    ),
    Benchmark(
        "charades-sta",
        "Find the moment that each of Charades-STA's sentences describes.",
        charades_sta.FILES,
        MomentData(charades_sta.load_charades_sta, _SENTENCES),
        temporal_grounding.score_charades_sta,
    ),
    Benchmark(
        "activitynet-captions",
        "Score the moments that ActivityNet Captions' sentences describe.",
        temporal_grounding.ACTIVITYNET_FILES,
        scorer=temporal_grounding.score_activitynet_captions,
    ),
    Benchmark(
        "ual-bench",
        "Find UAL-Bench's unusual activities in a caption for each second.",
        ual_bench.FILES,
        MomentData(ual_bench.load_ual_bench, _SENTENCES, "ends", ual_bench.load_ual_captions),
        score_ual_bench,
    ),
    Benchmark(
        "ual-presence",
        "Tell UAL-Bench's activities in their own clip from those of another clip.",
        ual_bench.FILES,
        PresenceData(
            MomentData(
                ual_bench.load_ual_bench,
                LocalizerSettings(),
                load_captions=ual_bench.load_ual_captions,
            )
        ),
    ),
    Benchmark(
        "nextgqa-presence",
        "Tell what NExT-GQA's answers state of their own video from what they state of another.",
        nextqa.FILES,
        PresenceData(MomentData(nextqa.load_nextgqa_statements, LocalizerSettings())),
    ),
    Benchmark(
        "temporal-action-detection",
        "Find when ActivityNet's or THUMOS14's actions are done.",
        action_instances.FILES,
        MomentData(action_instances.load_action_instances, _DETAILS, "detection"),
        action_detection.score_action_detection,
    ),
    Benchmark(
        "spatial-action-detection",
        "Score where in the frames AVA's actions are done.",
        frame_detection.FILES,
        scorer=frame_detection.score_frame_detection,
    ),
)
BENCHMARKS: Mapping[str, Benchmark] = MappingProxyType({one.name: one for one in _TABLE})
"""Every benchmark by its name, in the order of the help."""


def scored_benchmark(name: str, benchmarks: Mapping[str, Benchmark] = BENCHMARKS) -> Benchmark:
    """Returns the benchmark of a name whose predictions can be scored.

    Raises:
        ConfigError: If there is none.
    """
    scored = {one.name: one for one in benchmarks.values() if one.is_scored}
    if name not in scored:
        raise ConfigError(f"NAME {name!r} is unknown; give one of {', '.join(scored)}")
    return scored[name]
