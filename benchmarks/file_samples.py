"""One small valid file of each format that is read: as text, or as what its JSON holds."""

from __future__ import annotations

import json


def _lines(*rows: object) -> str:
    return "\n".join(map(json.dumps, rows)) + "\n"


QA = (
    "video,frame_count,width,height,question,answer,qid,type,a0,a1,a2,a3,a4\n"
    "v,9,9,9,why,1,0,CW,a,b,c,d,e\nv,9,9,9,when,0,1,TN,a,b,c,d,e\n"
)
GROUNDED = QA.replace("why,1", "why,b").replace("when,0", "when,a").replace("video,", "video_id,")
SPANS = {"v": {"duration": 9.5, "fps": 10, "location": {"0": [[1, 2.5], [4, 5]], "1": [[0, 1]]}}}
EGOSCHEMA = {
    "q_uid": "uid",
    "question": "what is done?",
    **{f"option {place}": f"choice {place}" for place in range(5)},
}
STAR = {
    "question_id": "Prediction_T1_7",
    "question": "What will the person do next?",
    "video_id": "8BSG7",
    "start": 1.5,
    "end": 3.0,
    "answer": "Sit.",
    "choices": [{"choice_id": 0, "choice": "Stand."}, {"choice_id": 1, "choice": "Sit."}],
}
STAR_TABLE = (
    "question_id;possible_answers;query;answer;video_name;start;end\n"
    "Prediction_T1_7;['Stand.', 'Sit.'];what next?;1;8BSG7.mp4;1.5;3.0\n"
)
TEMPORALBENCH = {
    "idx": 4,
    "video_name": "clip.mp4",
    "dataset": "Charades",
    "question": "Which caption is right?\nA. He sits down.\nB. He stands up.\nAnswer A or B.",
    "GT": "B",
    "category": 5,
}
TOMATO = {"0": {"question": "how?", "options": ["up", "down"], "answer": 1, "key": "0209"}}
QUERY = {
    "qid": 7,
    "query": "a person sits",
    "vid": "v",
    "duration": 8,
    "relevant_windows": [[0, 4]],
    "relevant_clip_ids": [0, 1],
    "saliency_scores": [[4, 4, 0], [4, 0, 0]],
}
RANKED = {
    "qid": 7,
    "pred_relevant_windows": [[4, 8, 0.1], [0, 4, 0.9]],
    "pred_saliency_scores": [0.9, 0.5, 0.1, 0.0],
}
CHARADES = {"v": {"duration": 20, "timestamps": [[0, 10]], "sentences": ["a person sits"]}}
ACTIVITY = {"a": {"start_time": 1.0, "end_time": 4.0, "description": "a man falls"}}
SHOWN = {"a": {"text_rep": "0.0s: a man walks.\n1.0s: a man falls."}}
INSTANCES = {
    "database": {
        "b": {
            "subset": "validation",
            "duration": 20.0,
            "annotations": [{"label": "jump", "segment": [0, 10]}],
        }
    }
}
DETECTED = {"results": {"b": [{"label": "jump", "segment": [0, 10], "score": 0.5}]}}
CLASSES = 'item {\n  name: "jump"\n  id: 1\n}\n'
WINDOW = [
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
TAXONOMY = {
    "verbs": ["take_(pick,_grab)", {"label": "put", "synonyms": ["place"]}],
    "nouns": ["cup_(mug)", "nut_(food)"],
}
DICTIONARIES = {
    "i2v": {"0": "take", "1": "put"},
    "i2n": {"0": "cup"},
    "v2i": {"take": 0, "put": 1},
    "n2i": {"cup": 0},
}
EPIC = (
    "narration_id,video_id,start_timestamp,start_frame,stop_frame,narration,verb,verb_class,"
    "noun,noun_class,all_nouns\n"
    "P01_17_1,P01_17,00:00:01.00,61,258,put down mug,put-down,1,mug,0,['mug']\n"
)
EGTEA = (
    "# Clip ID; Clip Prefix (Unique); Video Session; Starting Time (ms); Ending Time (ms); "
    "Action Label; Verb Label; Noun Label(s)\n"
    "2; P07-R01-Pizza-9-93; P07-R01-Pizza; 9; 93; Take cup; Take; cup\n"
)
ANTGPT = _lines(
    {
        "prompt": "take cup, wash cup \n\n###\n\n",
        "completion": " put cup, take cup, wash cup ###",
    }
)
EGO4D_ROW = {
    "video_uid": "video-of-a",
    "clip_uid": "a",
    "action_idx": 0,
    "verb": "take_(one,_another)",
    "noun": "cup",
    "verb_label": 0,
    "noun_label": 0,
}
EGO4D = {"split": "val", "clips": [EGO4D_ROW, EGO4D_ROW | {"action_idx": 1}]}
NORMALIZED = {
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
COIN = {
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
CROSSTASK = {
    "tasks_primary.txt": (
        "101\nMake Tea\nhttp://a\n3\nboil  water,add tea,pour water\n\n"
        "102\nMake Coffee\nhttp://b\n2\nboil water,add coffee\n"
    ),
    "videos_val.csv": "102,k-_9,https://www.youtube.com/watch?v=k-_9\n",
    "annotations/101_x_1.csv": "1,0.5,4.0\n3,4.0,5.5\n",
}
