"""Every reader of a file that users hand over, each with a valid file of each form it reads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

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


def _lines(*rows: object) -> str:
    return "\n".join(map(json.dumps, rows)) + "\n"


_QA = (
    "video,frame_count,width,height,question,answer,qid,type,a0,a1,a2,a3,a4\n"
    "v,9,9,9,why,1,0,CW,a,b,c,d,e\nv,9,9,9,when,0,1,TN,a,b,c,d,e\n"
)
_GROUNDED = _QA.replace("why,1", "why,b").replace("when,0", "when,a").replace("video,", "video_id,")
_SPANS = {"v": {"duration": 9.5, "fps": 10, "location": {"0": [[1, 2.5], [4, 5]], "1": [[0, 1]]}}}
_EGOSCHEMA = {
    "q_uid": "uid",
    "question": "what is done?",
    **{f"option {place}": f"choice {place}" for place in range(5)},
}
_STAR = {
    "question_id": "Prediction_T1_7",
    "question": "What will the person do next?",
    "video_id": "8BSG7",
    "start": 1.5,
    "end": 3.0,
    "answer": "Sit.",
    "choices": [{"choice_id": 0, "choice": "Stand."}, {"choice_id": 1, "choice": "Sit."}],
}
_STAR_TABLE = (
    "question_id;possible_answers;query;answer;video_name;start;end\n"
    "Prediction_T1_7;['Stand.', 'Sit.'];what next?;1;8BSG7.mp4;1.5;3.0\n"
)
_TEMPORALBENCH = {
    "idx": 4,
    "video_name": "clip.mp4",
    "dataset": "Charades",
    "question": "Which caption is right?\nA. He sits down.\nB. He stands up.\nAnswer A or B.",
    "GT": "B",
    "category": 5,
}
_TOMATO = {"0": {"question": "how?", "options": ["up", "down"], "answer": 1, "key": "0209"}}
_QUERY = {
    "qid": 7,
    "query": "a person sits",
    "vid": "v",
    "duration": 8,
    "relevant_windows": [[0, 4]],
    "relevant_clip_ids": [0, 1],
    "saliency_scores": [[4, 4, 0], [4, 0, 0]],
}
_RANKED = {
    "qid": 7,
    "pred_relevant_windows": [[4, 8, 0.1], [0, 4, 0.9]],
    "pred_saliency_scores": [0.9, 0.5, 0.1, 0.0],
}
_CHARADES = {"v": {"duration": 20, "timestamps": [[0, 10]], "sentences": ["a person sits"]}}
_ACTIVITY = {"a": {"start_time": 1.0, "end_time": 4.0, "description": "a man falls"}}
_SHOWN = {"a": {"text_rep": "0.0s: a man walks.\n1.0s: a man falls."}}
_INSTANCES = {
    "database": {
        "b": {
            "subset": "validation",
            "duration": 20.0,
            "annotations": [{"label": "jump", "segment": [0, 10]}],
        }
    }
}
_DETECTED = {"results": {"b": [{"label": "jump", "segment": [0, 10], "score": 0.5}]}}
_CLASSES = 'item {\n  name: "jump"\n  id: 1\n}\n'
_WINDOW = [
    {
        "id": {
            "vid": "v",
            "task_id": 0,
            "legal_range": [[0, 2, 1], [2, 4, 0]],
            "event_class": 0,
            "pred_list": [1, 0],
        }
    }
]
_TAXONOMY = {
    "verbs": ["take_(pick,_grab)", {"label": "put", "synonyms": ["place"]}],
    "nouns": ["cup_(mug)", "nut_(food)"],
}
_DICTIONARIES = {
    "i2v": {"0": "take", "1": "put"},
    "i2n": {"0": "cup"},
    "v2i": {"take": 0, "put": 1},
    "n2i": {"cup": 0},
}
_EPIC = (
    "narration_id,video_id,start_timestamp,start_frame,stop_frame,narration,verb,verb_class,"
    "noun,noun_class,all_nouns\n"
    "P01_17_1,P01_17,00:00:01.00,61,258,put down mug,put-down,1,mug,0,['mug']\n"
)
_EGTEA = (
    "# Clip ID; Clip Prefix (Unique); Video Session; Starting Time (ms); Ending Time (ms); "
    "Action Label; Verb Label; Noun Label(s)\n"
    "2; P07-R01-Pizza-9-93; P07-R01-Pizza; 9; 93; Take cup; Take; cup\n"
)
_ANTGPT = _lines(
    {
        "prompt": "take cup, wash cup \n\n###\n\n",
        "completion": " put cup, take cup, wash cup ###",
    }
)
_EGO4D_ROW = {
    "video_uid": "video-of-a",
    "clip_uid": "a",
    "action_idx": 0,
    "verb": "take_(one,_another)",
    "noun": "cup",
    "verb_label": 0,
    "noun_label": 0,
}
_EGO4D = {"split": "val", "clips": [_EGO4D_ROW, _EGO4D_ROW | {"action_idx": 1}]}
_NORMALIZED = {
    "dataset": "COIN",
    "actions": {"0": "add  tea", "1": "boil water", "2": "boil water", "3": "aim"},
    "tasks": [
        {"task_id": 0, "name": "MakeTea", "action_ids": [1, 0]},
        {"task_id": 1, "name": "throw_CDDrive", "action_ids": [2, 3]},
    ],
    "videos": [
        {"vid": "a", "task_id": 0, "split": "train", "steps": [[0, 5.0, 6.5], [1, 1, 2]]},
        {"vid": "c", "task_id": 1, "steps": [[3, 0, 1]], "in_pdpp_windows": False},
    ],
}
_COIN = {
    "database": {
        "a": {
            "class": "MakeTea",
            "subset": "training",
            "annotation": [
                {"id": "8", "label": "add tea", "segment": [5.0, 6.5]},
                {"id": "7", "label": "boil  water", "segment": [1.0, 4.0]},
            ],
        }
    }
}
_CROSSTASK = {
    "tasks_primary.txt": (
        "101\nMake Tea\nhttp://a\n3\nboil  water,add tea,pour water\n\n"
        "102\nMake Coffee\nhttp://b\n2\nboil water,add coffee\n"
    ),
    "videos_val.csv": "102,k-_9,https://www.youtube.com/watch?v=k-_9\n",
    "annotations/101_x_1.csv": "1,0.5,4.0\n3,4.0,5.5\n",
}


def _crosstask(file: str, delimiter: str = ",") -> Form:
    depth = file.count("/")
    return Form(
        f"CrossTask's {file}",
        file,
        _CROSSTASK[file],
        lambda path: load_procedures(path.parents[depth]),
        {name: text for name, text in _CROSSTASK.items() if name != file},
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
        Form("Ego4D's actions", "fho_lta_val.json", _EGO4D, numbered),
        Form("AntGPT's rows", "val_nseg2.jsonl", _ANTGPT, numbered),
        Form("EPIC's actions", "train.csv", _EPIC, numbered, delimiter=","),
        Form("RULSTM's", "t.csv", "P01_17_1,P01_17,5,99,1,0,7\n", numbered, delimiter=","),
        Form("EGO-TOPO's", "train_S1.csv", "P01\t63\t258\t1\t0\n", numbered, delimiter="\t"),
        Form("EGTEA's labels", "labels.csv", _EGTEA, load_sequences, delimiter=";"),
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
        Form("normalized procedures", "coin.json", _NORMALIZED, load_procedures),
        Form("COIN.json", "COIN.json", _COIN, load_procedures),
        _crosstask("tasks_primary.txt", "\n"),
        _crosstask("videos_val.csv"),
        _crosstask("annotations/101_x_1.csv"),
        Form("a taxonomy", "taxonomy.json", _TAXONOMY, load_taxonomy),
        Form("dictionaries", "dicts.json", _DICTIONARIES, load_taxonomy),
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
        Form("NExT-QA", "val.csv", _QA, lambda p: load_nextqa(p.parent), delimiter=","),
        Form(
            "durations",
            "durations.json",
            {"v": 9},
            lambda path: load_nextqa(path.parent),
            {"val.csv": _QA},
        ),
        Form(
            "NExT-GQA's spans",
            "gsub_val.json",
            _SPANS,
            lambda path: load_nextgqa(path.parent),
            {"val.csv": _GROUNDED},
        ),
        Form("EgoSchema", "questions.json", [_EGOSCHEMA], load_egoschema),
        Form("LLoVi's EgoSchema", "anno.json", {"uid": _EGOSCHEMA | {"truth": 3}}, load_egoschema),
        Form(
            "EgoSchema's answers",
            "subset_answers.json",
            {"uid": 4},
            lambda path: load_egoschema(path.with_name("questions.json")),
            {"questions.json": json.dumps([_EGOSCHEMA])},
        ),
        Form("STAR", "STAR_val.json", [_STAR], load_star),
        Form("TraveLER's STAR", "star_val_queries.csv", _STAR_TABLE, load_star, delimiter=";"),
        Form("TOMATO", "count.json", _TOMATO, load_tomato),
        Form("TemporalBench", "temporalbench_short_qa.json", [_TEMPORALBENCH], load_temporalbench),
        Form(
            "questions in free words",
            "questions.jsonl",
            [{"video": "v.mp4", "texts": "none", "question": "what?"}],
            load_natural_questions,
            {"videos/v.mp4": ""},
        ),
        Form("QVHighlights", "highlight_val_release.jsonl", [_QUERY], load_qvhighlights),
        Form("Charades-STA", "charades_test.json", _CHARADES, load_charades_sta),
        Form("action instances", "thumos_gt.json", _INSTANCES, load_action_instances),
        Form(
            "UAL-Bench",
            "ual.json",
            _ACTIVITY,
            lambda p: load_ual_bench(p, load_ual_captions(p.with_name("shown.json"))),
            {"shown.json": json.dumps(_SHOWN)},
        ),
        Form("UAL-Bench's captions", "shown.json", _SHOWN, load_ual_captions),
        Form("windows of steps", "windows.json", _WINDOW, read_windows),
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
            {"val.csv": _QA},
            is_loaded=True,
        ),
        *_predicted(
            "nextqa",
            "id,prediction\nv_0,1\nv_1,B\n",
            {"val.csv": _QA},
            delimiter=",",
            is_loaded=True,
        ),
        *_predicted(
            "nextgqa",
            {"v_0": {"span": [0, 9], "prediction": 1}, "v_1": {"span": None, "prediction": 0}},
            {"val.csv": _GROUNDED, "gsub_val.json": _SPANS},
            is_loaded=True,
        ),
        *_predicted("egoschema", {"u": 1, "w": 4}, {"subset_answers.json": {"u": 1, "w": 4}}),
        *_predicted("star", {"Prediction_T1_7": 1}, {"STAR_val.json": [_STAR]}, is_loaded=True),
        *_predicted(
            "temporalbench",
            {"4": "A"},
            {"temporalbench_short_qa.json": [_TEMPORALBENCH]},
            is_loaded=True,
        ),
        *_predicted("qvhighlights", [_RANKED], {"highlight_val_release.jsonl": [_QUERY]}),
        *_predicted(
            "charades-sta", {"v": {"timestamps": [[0, 10]]}}, {"charades_test.json": _CHARADES}
        ),
        *_predicted(
            "charades-sta",
            {"v": {"timestamps": [[0, 10]]}},
            {"charades_sta_test.txt": "v 0.0 10.0##person sits.\n"},
        ),
        *_predicted(
            "ual-bench",
            {"a": {"pred_start": "00:01", "pred_end": "4.0s", "start_time": 1, "end_time": 4}},
            {"annotations/made.json": _ACTIVITY},
        ),
        *_predicted("temporal-action-detection", _DETECTED, {"thumos_gt.json": _INSTANCES}),
        *_predicted(
            "spatial-action-detection",
            "v,1,0,0,1,1,1,0.5\n",
            {"gt.csv": "v,1,0,0,1,1,1,0\n", "action_list.txt": _CLASSES},
            delimiter=",",
        ),
    ]
