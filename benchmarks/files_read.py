"""Every reader of a file that users hand over, each with a valid file of each form it reads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import file_samples as samples
from foretell.evals.anticipation.replay import ReplayAnticipator
from foretell.evals.benchmarks import BENCHMARKS
from foretell.evals.datasets.action_instances import load_action_instances
from foretell.evals.datasets.charades_sta import load_charades_sta
from foretell.evals.datasets.egoschema import load_egoschema
from foretell.evals.datasets.epic_lta import load_egtea_lta
from foretell.evals.datasets.natural_questions import load_natural_questions
from foretell.evals.datasets.nextqa import load_nextgqa, load_nextqa
from foretell.evals.datasets.plan_evidence import read_windows
from foretell.evals.datasets.qvhighlights import load_qvhighlights
from foretell.evals.datasets.star import load_star
from foretell.evals.datasets.stored_captions import load_captions
from foretell.evals.datasets.temporalbench import load_temporalbench
from foretell.evals.datasets.tomato import load_tomato
from foretell.evals.datasets.ual_bench import load_ual_bench, load_ual_captions
from foretell.evals.localization.records import ReplayLocalizer
from foretell.evals.planning.records import ReplayPlanner
from foretell.evals.run_folder import RunFolder
from foretell.memory.banks.built_in import built_in_taxonomy
from foretell.memory.banks.taxonomy_files import load_taxonomy
from foretell.memory.words.taxonomy import Taxonomy, Vocabulary
from foretell.moments import MomentQuery
from foretell.tools.annotations.load import load_sequences
from foretell.tools.annotations.plain import read_window
from foretell.tools.importing.captions import read_captions
from foretell.tools.importing.narrations import read_narrations
from foretell.tools.importing.subtitles import read_subtitles
from foretell.tools.procedures.load import load_procedures
from foretell.tools.recognition.recognizer import load_labels
from foretell.types import Interval, VideoInfo

WHOLE = Interval(0.0, 10.0)
VIDEO = VideoInfo("kitchen.mp4", "hash", WHOLE, 32, 32, "drawn")
FRAME_TIMES = [number / 10 for number in range(100)]
_PAGES = Path(__file__).parents[1] / "docs"
TAXONOMY = Taxonomy(
    "tiny", Vocabulary(("take", "put", "wash"), {"grab": 0}), Vocabulary(("cup", "knife"), {})
)
_RUN, _RUN_FILES = {"seed": 1, "model": "m"}, ("run.json", "predictions.jsonl")
Read = Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Form:
    """A file that is read.

    Attributes:
        name: What it is, for people.
        file: Its name.
        content: A text, or what is written as JSON, all of it valid.
        read: Reads the file at a path.
        beside: Other files in its folder: their texts by name.
        delimiter: Stands between the cells of a table; empty for what is no table.
    """

    name: str
    file: str
    content: object
    read: Read
    beside: Mapping[str, str] = field(default_factory=dict[str, str])
    delimiter: str = ""

    @property
    def text(self) -> str:
        """The valid content as it is written."""
        return self.content if isinstance(self.content, str) else json.dumps(self.content)

    def write(self, folder: Path, text: str) -> Path:
        """Writes the file with a text of its own, and what stands beside it; gives its path."""
        for name, other in {**self.beside, self.file: text}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(other.encode("utf-8", "surrogatepass"))
        return folder / self.file


def captions(path: Path) -> object:
    """Reads captions as watching does."""
    return read_captions(path, VIDEO, lambda: FRAME_TIMES)


def narrations(path: Path) -> object:
    """Reads narrations as watching does."""
    return read_narrations(path, VIDEO, lambda: FRAME_TIMES)


def subtitles(path: Path) -> object:
    """Reads subtitles as watching does."""
    return read_subtitles(path, VIDEO, "subtitles:one")


def numbered(path: Path) -> object:
    """Reads annotations that number their words."""
    return load_sequences(path, TAXONOMY)


def located(path: Path) -> object:
    """Reads moments that were located earlier."""
    query = MomentQuery("q", "v", "a person sits", WHOLE, ())
    return list(ReplayLocalizer(path).locate([query], {}))


def resumed(path: Path) -> object:
    """Goes on with a run whose settings, or one of whose records, stands at a path."""
    with RunFolder.open(path.parent, _RUN, resume=True) as folder:
        return folder.lines("predictions").records


def windows_of_actions(path: Path) -> object:
    """Reads completions that were given earlier."""
    return ReplayAnticipator(path, ["w", "x"], built_in_taxonomy(), 2)


def _scored(benchmark: str, data: str = ".", *, official: bool) -> Read:
    """Gives what scores predictions.

    Args:
        benchmark: Its name.
        data: The file of the folder that is read: "." for one beside the predictions.
        official: Whether it counts as the official script does.
    """

    def read(path: Path) -> object:
        folder = path.parents[0 if data == "." else data.count("/")]
        predictions = folder / "predictions.json"
        return BENCHMARKS[benchmark].score(predictions, folder, official=official).record()

    return read


def _page(name: str, readers: Mapping[str, Read]) -> list[Form]:
    """Gives the examples of a page, each with what reads it."""
    page = (_PAGES / name).read_text(encoding="utf-8")
    forms: list[Form] = []
    for language, kind, text in re.findall(r"^```(\w+) (\w+)\n(.*?)^```$", page, re.M | re.S):
        delimiter = {"csv": ",", "tsv": "\t"}.get(language, "")
        content: object = text
        if language == "json":
            is_of_lines = len(re.findall(r"^\{.*\}$", text, re.M)) > 1
            content = [*map(json.loads, text.splitlines())] if is_of_lines else json.loads(text)
        title = f"{kind} {len(forms)} of {name}"
        forms.append(Form(title, f"{kind}.{language}", content, readers[kind], {}, delimiter))
    return forms


def _crosstask(file: str, delimiter: str = ",") -> Form:
    depth = file.count("/")
    return Form(
        f"CrossTask's {file}",
        file,
        samples.CROSSTASK[file],
        lambda path: load_procedures(path.parents[depth]),
        {name: text for name, text in samples.CROSSTASK.items() if name != file},
        delimiter,
    )


def _predicted(
    benchmark: str,
    predictions: object,
    data: Mapping[str, object],
    *,
    delimiter: str = "",
    is_loaded: bool = False,
) -> list[Form]:
    """Gives the forms of predictions, and of each file of the data that they are scored on.

    Args:
        benchmark: Its name.
        predictions: The content of their file.
        data: The contents of the others, by name.
        delimiter: Between the cells of predictions that are a table.
        is_loaded: Whether the data are read by a loader that has a form of its own here.
    """
    given = {"predictions.json": predictions, **data}
    texts = {n: c if isinstance(c, str) else json.dumps(c) for n, c in given.items()}
    forms: list[Form] = []
    for name, content in given.items():
        is_data = name != "predictions.json"
        beside = {other: text for other, text in texts.items() if other != name}
        cut = (" " if name.endswith(".txt") else ",") if is_data else delimiter
        rules = () if is_data and is_loaded else ("ours",) if is_data else ("ours", "official")
        for one in rules:
            read = _scored(benchmark, name if "/" in name else ".", official=one == "official")
            forms.append(Form(f"{name} of {benchmark}, {one}", name, content, read, beside, cut))
    return forms


def _of_a_run() -> list[Form]:
    """Gives the files of a run, which prove themselves and are thus written by one."""
    with TemporaryDirectory() as made:
        with RunFolder.open(Path(made), _RUN) as folder:
            for key in "ab":
                folder.lines("predictions").append({"key": key, "n": 1})
        settings, lines = (Path(made, name).read_text() for name in _RUN_FILES)
    return [
        Form(
            "settings of a run",
            _RUN_FILES[0],
            json.loads(settings),
            resumed,
            {_RUN_FILES[1]: lines},
        ),
        Form("records of a run", _RUN_FILES[1], lines, resumed, {_RUN_FILES[0]: settings}, " "),
    ]


def forms() -> list[Form]:
    """Gives every form."""
    return [
        *_page(
            "importing.md",
            {"captions": captions, "narrations": narrations, "subtitles": subtitles},
        ),
        *_page(
            "annotations.md",
            {
                "sequences": load_sequences,
                "window": lambda path: read_window(path, built_in_taxonomy()),
                "procedures": load_procedures,
            },
        ),
        Form("captions by video", "c.json", {"v": ["a", "b"]}, load_captions),
        Form("objects by second", "c.json", {"v": [["cup"], ["pan", "cup"]]}, load_captions),
        Form("Ego4D's actions", "fho_lta_val.json", samples.EGO4D, numbered),
        Form("AntGPT's rows", "val_nseg2.jsonl", samples.ANTGPT, numbered),
        Form("EPIC's actions", "train.csv", samples.EPIC, numbered, delimiter=","),
        Form("RULSTM's", "t.csv", "P01_17_1,P01_17,5,99,1,0,7\n", numbered, delimiter=","),
        Form("EGO-TOPO's", "train_S1.csv", "P01\t63\t258\t1\t0\n", numbered, delimiter="\t"),
        Form("EGTEA's labels", "labels.csv", samples.EGTEA, load_sequences, delimiter=";"),
        Form(
            "EGTEA's split",
            "train_split1.txt",
            "P02-R03-Bacon-5-9-F000001-F000002 3 2 2\n",
            numbered,
            delimiter=" ",
        ),
        Form(
            "verbs left",
            "val_S1.csv",
            "".join(f"P01/P01_1\t{9 * n}\t{9 * n + 8}\t1\t0\n" for n in range(12)),
            lambda path: load_egtea_lta(path.parent),
            {
                "train_S1.csv": "P01/P01_1\t1\t2\t1\t0\n",
                "train_S1_nframes.csv": "P01/P01_1\t100\n",
                "val_S1_nframes.csv": "P01/P01_1\t108\n",
                "gtea_many_shot_verbs.csv": "verb_class,verb\n1,put\n",
            },
            "\t",
        ),
        Form("normalized procedures", "coin.json", samples.NORMALIZED, load_procedures),
        Form("COIN.json", "COIN.json", samples.COIN, load_procedures),
        _crosstask("tasks_primary.txt", "\n"),
        _crosstask("videos_val.csv"),
        _crosstask("annotations/101_x_1.csv"),
        Form("a taxonomy", "taxonomy.json", samples.TAXONOMY, load_taxonomy),
        Form("dictionaries", "dicts.json", samples.DICTIONARIES, load_taxonomy),
        Form(
            "a taxonomy's table",
            "taxonomy.csv",
            "slot,label,synonyms\nverb,take,grab;pick\nnoun,cup,mug\n",
            load_taxonomy,
            delimiter=",",
        ),
        Form(
            "EPIC's classes",
            "EPIC_verb_classes.csv",
            "verb_id,class_key,verbs\n0,take,\"['take', 'grab']\"\n",
            lambda path: load_taxonomy(path.parent),
            {"EPIC_noun_classes.csv": "noun_id,class_key,nouns\n0,pan:sauce,['pan']\n"},
            ",",
        ),
        Form(
            "a table of labels",
            "verbs.csv",
            "id,label\n0,take\n1,put\n",
            lambda path: load_taxonomy(path.parent),
            {"nouns.csv": "id,label\n0,cup\n"},
            ",",
        ),
        Form("labels", "labels.txt", "cut an onion\npeel it\n", lambda p: load_labels(str(p))),
        Form("NExT-QA", "val.csv", samples.QA, lambda p: load_nextqa(p.parent), delimiter=","),
        Form(
            "durations",
            "durations.json",
            {"v": 9},
            lambda path: load_nextqa(path.parent),
            {"val.csv": samples.QA},
        ),
        Form(
            "NExT-GQA's spans",
            "gsub_val.json",
            samples.SPANS,
            lambda path: load_nextgqa(path.parent),
            {"val.csv": samples.GROUNDED},
        ),
        Form("EgoSchema", "questions.json", [samples.EGOSCHEMA], load_egoschema),
        Form(
            "LLoVi's EgoSchema",
            "anno.json",
            {"uid": samples.EGOSCHEMA | {"truth": 3}},
            load_egoschema,
        ),
        Form(
            "EgoSchema's answers",
            "subset_answers.json",
            {"uid": 4},
            lambda path: load_egoschema(path.with_name("questions.json")),
            {"questions.json": json.dumps([samples.EGOSCHEMA])},
        ),
        Form("STAR", "STAR_val.json", [samples.STAR], load_star),
        Form(
            "TraveLER's STAR", "star_val_queries.csv", samples.STAR_TABLE, load_star, delimiter=";"
        ),
        Form("TOMATO", "count.json", samples.TOMATO, load_tomato),
        Form(
            "TemporalBench",
            "temporalbench_short_qa.json",
            [samples.TEMPORALBENCH],
            load_temporalbench,
        ),
        Form(
            "questions in free words",
            "questions.jsonl",
            [{"video": "v.mp4", "texts": "none", "question": "what?"}],
            load_natural_questions,
            {"videos/v.mp4": ""},
        ),
        Form("QVHighlights", "highlight_val_release.jsonl", [samples.QUERY], load_qvhighlights),
        Form("Charades-STA", "charades_test.json", samples.CHARADES, load_charades_sta),
        Form("action instances", "thumos_gt.json", samples.INSTANCES, load_action_instances),
        Form(
            "UAL-Bench",
            "ual.json",
            samples.ACTIVITY,
            lambda p: load_ual_bench(p, load_ual_captions(p.with_name("shown.json"))),
            {"shown.json": json.dumps(samples.SHOWN)},
        ),
        Form("UAL-Bench's captions", "shown.json", samples.SHOWN, load_ual_captions),
        Form("windows of steps", "windows.json", samples.WINDOW, read_windows),
        Form("moments of before", "m.json", {"q": {"moments": [[1, 4, 0.5]]}}, located),
        Form("replies of before", "m.json", {"q": {"reply": "from 1 s to 4 s"}}, located),
        Form("plans of before", "p.json", {"w": {"steps": ["a", "b"], "task": "t"}}, ReplayPlanner),
        Form(
            "futures of before",
            "f.json",
            {"w": {"completions": ["take cup, put cup"]}},
            windows_of_actions,
        ),
        *_of_a_run(),
        *_predicted(
            "nextqa",
            {"v_0": {"prediction": 1, "answer": 1}, "v_1": 0},
            {"val.csv": samples.QA},
            is_loaded=True,
        ),
        *_predicted(
            "nextqa",
            "id,prediction\nv_0,1\nv_1,B\n",
            {"val.csv": samples.QA},
            delimiter=",",
            is_loaded=True,
        ),
        *_predicted(
            "nextgqa",
            {"v_0": {"span": [0, 9], "prediction": 1}, "v_1": {"span": None, "prediction": 0}},
            {"val.csv": samples.GROUNDED, "gsub_val.json": samples.SPANS},
            is_loaded=True,
        ),
        *_predicted("egoschema", {"u": 1, "w": 4}, {"subset_answers.json": {"u": 1, "w": 4}}),
        *_predicted(
            "star", {"Prediction_T1_7": 1}, {"STAR_val.json": [samples.STAR]}, is_loaded=True
        ),
        *_predicted(
            "temporalbench",
            {"4": "A"},
            {"temporalbench_short_qa.json": [samples.TEMPORALBENCH]},
            is_loaded=True,
        ),
        *_predicted(
            "qvhighlights", [samples.RANKED], {"highlight_val_release.jsonl": [samples.QUERY]}
        ),
        *_predicted(
            "charades-sta",
            {"v": {"timestamps": [[0, 10]]}},
            {"charades_test.json": samples.CHARADES},
        ),
        *_predicted(
            "charades-sta",
            {"v": {"timestamps": [[0, 10]]}},
            {"charades_sta_test.txt": "v 0.0 10.0##person sits.\n"},
        ),
        *_predicted(
            "ual-bench",
            {"a": {"pred_start": "00:01", "pred_end": "4.0s", "start_time": 1, "end_time": 4}},
            {"annotations/made.json": samples.ACTIVITY},
        ),
        *_predicted(
            "temporal-action-detection", samples.DETECTED, {"thumos_gt.json": samples.INSTANCES}
        ),
        *_predicted(
            "spatial-action-detection",
            "v,1,0,0,1,1,1,0.5\n",
            {"gt.csv": "v,1,0,0,1,1,1,0\n", "action_list.txt": samples.CLASSES},
            delimiter=",",
        ),
    ]
