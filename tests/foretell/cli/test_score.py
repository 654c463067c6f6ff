"""`foretell score` on published files of predictions, to the digits that were published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from foretell.cli import app
from foretell.errors import ConfigError


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["score", *map(str, arguments)])


def record(name: str, predictions: Path, data: Path, *more: str) -> dict[str, Any]:
    result = run(name, "--predictions", predictions, "--data", data, *more, "--json")
    assert result.exit_code == 0, result.output + repr(result.exception)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def localization(data_root: Path) -> Path:
    return data_root / "localization"


@pytest.mark.parametrize("official", [(), ("--official",)])
def test_nextqa(data_root: Path, official: tuple[str, ...]) -> None:
    folder = data_root / "qa" / "nextqa"
    predictions = folder / "HGA-bert-ft-h256-val-example.pred.json"
    found = record("nextqa", predictions, folder, *official)
    shares = [found["by_type"][group] for group in "CTD"] + [found["accuracy"]]
    assert [f"{share:.2f}" for share in shares] == ["46.26", "50.74", "59.33", "49.74"]
    assert (found["n"], found["unparsed"], found["coverage"]) == (4996, 0, 100.0)
    assert found["baselines"]["random"] == {"accuracy": pytest.approx(20.0)}
    assert set(found["baselines"]) == {"random", "majority", "longest"}


def test_egoschema_on_half_of_the_questions(data_root: Path) -> None:
    folder = data_root / "qa" / "llovi_akeys"
    found = record("egoschema", folder / "akeys_gpt4o_egoschema_subset_results.json.gz", folder)
    assert (found["n"], found["correct"], found["by_type"]) == (246, 162, {})
    assert (found["coverage"], found["notes"]) == (100.0, [])
    answers = data_root / "qa" / "egoschema"
    bare = record("egoschema", folder / "akeys_gpt4o_egoschema_subset_results.json.gz", answers)
    assert (bare["n"], bare["correct"], set(bare["baselines"])) == (
        246,
        162,
        {"random", "majority"},
    )


@pytest.mark.parametrize("name", ["moment_detr_sample", "moment_detr_ckpt", "qd_detr_video"])
def test_qvhighlights(localization: Path, name: str) -> None:
    folder = localization / "qvhighlights"
    predictions = folder / "preds" / f"{name}_val_preds.jsonl"
    published = json.loads(predictions.with_suffix("").with_suffix(".metrics.json").read_text())
    found = record("qvhighlights", predictions, folder)
    assert rounded(found["map"]) == published["full"]["MR-mAP"]
    assert rounded(found["r1"]) == published["full"]["MR-R1"]
    for length in ("short", "middle", "long"):
        of_length = found["by_length"][length]
        assert rounded(of_length["map"]) == published[length]["MR-mAP"]
        assert rounded(of_length["r1"]) == published[length]["MR-R1"]
    for rating, scores in found["highlights"].items():
        expected = published[f"HL-min-{rating}"]
        assert rounded(scores) == {"map": expected["HL-mAP"], "hit1": expected["HL-Hit1"]}
    assert [found["by_length"][length]["n"] for length in ("short", "long")] == [429, 574]
    assert found["baselines"]["whole-video"]["map"]["average"] < found["map"]["average"]


@pytest.mark.parametrize("official", [(), ("--official",)])
@pytest.mark.parametrize(
    ("folder", "predictions", "n"),
    [
        ("activitynet", "derived_perturbed_preds_seed0", 7654),
        ("thumos14", "derived_perturbed_preds_seed1", 3311),
    ],
)
def test_temporal_action_detection(
    localization: Path, folder: str, predictions: str, n: int, official: tuple[str, ...]
) -> None:
    data = localization / folder
    expected = json.loads((data / f"{predictions}.metrics.json").read_text())
    file = data / f"{predictions}.json"
    found = record("temporal-action-detection", file, data, *official)
    published = {**expected["mAP"], "average": expected["average_mAP"]}
    assert found["map"] == pytest.approx(published, rel=1e-15, abs=1e-15)
    assert (found["n"], found["predictions"]) == (n, expected["n_pred"])
    first = next(iter(expected["mAP"]))
    assert found["by_class"] == pytest.approx(expected[f"AP_per_class@{first}"])


def test_mmaction2_localization(localization: Path) -> None:
    folder = localization / "mmaction2_fixtures"
    found = record(
        "temporal-action-detection", folder / "eval_localization" / "result.json", folder
    )
    expected = [0.7142857] * 3 + [0.6875] * 2 + [0.5972222] + [0.5208333] * 3 + [0.5, 0.6177579365]
    assert list(found["map"].values()) == pytest.approx(expected, abs=1e-7)
    assert found["ar"] == pytest.approx({"1": 0.0, "5": 0.6, "10": 0.75, "100": 0.75})
    assert found["auc"] == pytest.approx(72.525)


def test_mmaction2_boxes(localization: Path) -> None:
    folder = localization / "mmaction2_fixtures" / "eval_detection"
    found = record("spatial-action-detection", folder / "pred.csv", folder)
    assert found["map"]["0.5"] == 0.09385521885521886
    assert list(found["by_class"].values()) == pytest.approx([0.1704545, 0.0, 0.1111111])


def test_ual_bench_as_published(localization: Path) -> None:
    folder = localization / "ual_bench"
    predictions = folder / "vlm_llm_predictions" / "blip2_llama3_uag_oops.json"
    found = record("ual-bench", predictions, folder, "--official")
    assert list(found["r1_correct"].values()) == [303, 114, 39]
    assert [f"{share:.2f}" for share in found["r1"].values()] == ["19.07", "7.17", "2.45"]
    assert list(found["td_correct"].values()) == [0, 22, 429, 854, 1170]
    assert list(found["onset_correct"].values()) == [625, 164]
    assert f"{found['mean_td']:.2f} {found['miou']:.0f}" == "5.85 15"
    assert (found["n"], found["nulls"]) == (1589, 8)


def test_ual_bench_by_our_rules(localization: Path) -> None:
    """Turning 14 spans round finds 4 more; 8 nulls are near in no clip, however short."""
    folder = localization / "ual_bench"
    predictions = folder / "vlm_llm_predictions" / "blip2_llama3_uag_oops.json"
    found = record("ual-bench", predictions, folder)
    assert list(found["r1_correct"].values()) == [307, 115, 39]
    blind = found["baselines"]
    assert f"{blind['whole-video']['miou']:.2f} {blind['last-60%']['miou']:.2f}" == "54.67 67.63"
    shares = [f"{share:.2f}" for share in blind["last-60%"]["r1"].values()]
    assert shares == ["91.69", "83.26", "53.56"]


def test_trivial_spans_of_charades(localization: Path) -> None:
    folder = localization / "charades_sta"
    expected = json.loads((folder / "trivial_baselines.metrics.json").read_text())
    found = record("charades-sta", folder / "charades_test.json", folder)
    assert (found["n"], found["miou"]) == (3720, 100.0)
    names = {"whole": "whole-video", "first_half": "first-half", "middle_half": "middle-half"}
    for theirs, ours in names.items():
        published, blind = expected[f"charades_test/{theirs}"], found["baselines"][ours]
        assert round(blind["miou"], 4) == published["mIoU"]
        assert round(blind["miou_by_video"], 4) == published["mIoU_video_macro"]
        recalls = [round(share, 4) for share in blind["r1"].values()]
        assert recalls == [published[f"R1@{threshold}"] for threshold in (0.3, 0.5, 0.7)]


def test_tomato_with_diagnostics(localization: Path, tmp_path: Path) -> None:
    """GPT-4o's published 37.7 %, 21.2 % with one frame and 25.8 % shuffled."""
    folder = localization / "tomato"
    answers = {
        f"{file.stem}_{number}": question["answer"]
        for file in folder.glob("*.json")
        for number, question in json.loads(file.read_text()).items()
    }
    files = {
        name: write_choices(tmp_path / f"{name}.json", answers, share)
        for name, share in {"many": 0.377, "one": 0.212, "shuffled": 0.258, "chosen": 0.222}.items()
    }
    beside = ("--one-frame", str(files["one"]), "--shuffled", str(files["shuffled"]))
    chosen = ("--chosen-frame", str(files["chosen"]))
    found = record("tomato", files["many"], folder, *beside, *chosen)
    assert (found["n"], round(found["accuracy"], 1)) == (1484, 37.7)
    assert found["diagnostics"]["kappa"] == pytest.approx(78.0, abs=0.6)
    assert found["diagnostics"]["tau"] == pytest.approx(46.2, abs=0.6)
    assert found["diagnostics"]["rho"] == pytest.approx(4.7, abs=0.6)
    assert set(found["by_type"]) == {file.stem for file in folder.glob("*.json")}


def test_figures_as_a_table(localization: Path) -> None:
    folder = localization / "mmaction2_fixtures"
    boxes = folder / "eval_detection"
    result = run(
        "spatial-action-detection",
        "--predictions",
        boxes / "pred.csv",
        "--data",
        folder,
        "--official",
    )
    assert "spatial-action-detection: 12 scored" in result.stdout
    assert "whole-frame" in result.stdout
    assert "map 0.5          0.09386" in result.stdout
    assert "equal scores enter together, also officially" in result.stdout


def test_a_name_that_is_unknown(tmp_path: Path) -> None:
    result = run("nonsense", "--predictions", tmp_path, "--data", tmp_path)
    assert isinstance(result.exception, ConfigError)
    assert "NAME 'nonsense' is unknown; give one of nextqa, nextgqa" in str(result.exception)


def test_diagnostics_are_of_choices(localization: Path) -> None:
    folder = localization / "mmaction2_fixtures" / "eval_detection"
    file = folder / "pred.csv"
    result = run(
        "spatial-action-detection", "--predictions", file, "--data", folder, "--one-frame", file
    )
    assert isinstance(result.exception, ConfigError)
    assert "spatial-action-detection has no choices" in str(result.exception)


def rounded(scores: dict[str, float]) -> dict[str, float]:
    return {name: round(score, 2) for name, score in scores.items()}


def write_choices(path: Path, answers: dict[str, int], share: float) -> Path:
    right = round(share * len(answers))
    chosen = {
        name: answer if place < right else (answer + 1) % 2 if answer < 2 else 0
        for place, (name, answer) in enumerate(answers.items())
    }
    path.write_text(json.dumps(chosen))
    return path
