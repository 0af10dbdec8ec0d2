import hashlib
import json
from pathlib import Path
from shutil import copytree

import numpy as np
import pandas as pd
import pytest

from prioritizer.errors import FeatureError, MissingInputError, ModelError
from prioritizer.model import (
    keep_largest,
    labels_as_of,
    load_model,
    newest_begins_at,
    split_by_time,
)
from prioritizer.model.calibration import calibrate
from tests.builders import prepared_world, trained


def split(**settings: float):
    world = prepared_world()
    shares = {"test_share": 0.2, "calibration_share": 0.25} | settings
    begins = newest_begins_at(world.arrivals, shares["test_share"])
    labels = labels_as_of(world.tables["outcomes"], begins)
    return split_by_time(world.arrivals, labels, **shares), labels, world.arrivals


def test_the_past_trains_and_the_newest_test() -> None:
    parts, _, arrivals = split()
    train, calibration, test = (
        arrivals.loc[part] for part in (parts.train, parts.calibration, parts.test)
    )
    assert train.max() <= calibration.min() < calibration.max() < test.min()
    assert len(test) == pytest.approx(0.2 * len(arrivals), abs=1)


def test_no_label_that_came_later_trains() -> None:
    parts, labels, _ = split()
    known = prepared_world().tables["outcomes"].to_pandas()
    later = known[known["known_at"] >= parts.test_begins_at]["report_id"]
    used = parts.train.union(parts.calibration)
    assert used.isin(labels.index).all()
    assert not used.isin(set(later) - set(labels.index)).any()


def test_without_outcomes_training_says_what_is_missing() -> None:
    world = prepared_world()
    nothing = pd.Series(dtype=int)
    with pytest.raises(ModelError, match="0 reports have an outcome that can train"):
        split_by_time(world.arrivals, nothing, test_share=0.2, calibration_share=0.25)


def test_calibration_is_right_on_average_and_keeps_order() -> None:
    random = np.random.default_rng(3)
    raw = random.normal(size=4000)
    labels = (random.random(4000) < 1 / (1 + np.exp(-(0.5 * raw - 1)))).astype(float)
    learned = calibrate(raw, labels)
    assert learned(raw).mean() == pytest.approx(labels.mean(), abs=0.002)
    assert (learned.slope, learned.intercept) == pytest.approx((0.5, -1.0), abs=0.15)


def test_calibration_needs_both_labels() -> None:
    with pytest.raises(ModelError, match="does not hold both labels"):
        calibrate(np.zeros(5), np.ones(5))


def test_calibration_refuses_an_order_upside_down() -> None:
    raw = np.linspace(-3, 3, 200)
    with pytest.raises(ModelError, match="higher scores are actionable less often"):
        calibrate(raw, (raw < 0).astype(float))


def test_a_stored_model_scores_as_the_trained_one() -> None:
    run, X = trained(), prepared_world().X
    again = load_model(run.folder)
    pd.testing.assert_frame_equal(again.score(X), run.model.score(X))
    expected = run.booster.predict(
        X.assign(
            incident_type=X["incident_type"].cat.codes.replace(-1, np.nan),
            ncmec_priority_code=X["ncmec_priority_code"].cat.codes.replace(-1, np.nan),
        ).to_numpy(float),
        raw_score=True,
    )
    assert again.score(X)["raw"].to_numpy() == pytest.approx(expected, abs=1e-12)


def test_contributions_add_up_to_the_score_of_every_report() -> None:
    scores = trained().model.score(prepared_world().X)
    total = scores["base"] + scores.filter(regex="^c_").sum(axis="columns")
    assert total.to_numpy() == pytest.approx(scores["raw"].to_numpy(), abs=1e-5)


def test_a_probability_is_neither_none_nor_certain() -> None:
    p = trained().model.score(prepared_world().X)["p"]
    assert 0 < p.min() < p.max() < 1


PARTS = [
    "model.txt",
    "spec.json",
    "tables.json",
    "calibration.json",
    "metrics.json",
    "card.md",
]


@pytest.mark.parametrize("name", PARTS)
def test_one_flipped_byte_is_refused(name: str, tmp_path: Path) -> None:
    folder = Path(copytree(trained().folder, tmp_path / "m"))
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(bytes(content))
    with pytest.raises(ModelError, match=f"1 problem: {name} was altered"):
        load_model(folder)


def test_all_problems_of_a_model_are_listed(tmp_path: Path) -> None:
    folder = Path(copytree(trained().folder, tmp_path / "m"))
    (folder / "card.md").unlink()
    (folder / "tables.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match=r"2 problems: tables.json was altered; card"):
        load_model(folder)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="there is no model in the folder"):
        load_model(tmp_path)


def test_a_manifest_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "MANIFEST.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ModelError, match="manifest cannot be read"):
        load_model(tmp_path)


def test_a_model_of_changed_features_is_refused(tmp_path: Path) -> None:
    folder = Path(copytree(trained().folder, tmp_path / "m"))
    spec = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
    spec["features"][3]["direction"] = -1
    spec["features"][4]["name"] = "gone"
    text = json.dumps(spec)
    (folder / "spec.json").write_text(text, encoding="utf-8")
    manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    manifest["sha256"]["spec.json"] = hashlib.sha256(text.encode()).hexdigest()
    (folder / "MANIFEST.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelError, match="has changed since; a feature is not in"):
        load_model(folder)


def test_infinite_features_are_refused_by_name() -> None:
    X = prepared_world().X.copy()
    X.loc[X.index[:3], "files"] = np.inf
    with pytest.raises(FeatureError, match="files is infinite in 3 rows"):
        trained().model.score(X)


def test_only_the_largest_contributions_are_kept() -> None:
    scores = trained().model.score(prepared_world().X)
    kept = keep_largest(scores, 3)
    points = scores.filter(regex="^c_").abs()
    assert (kept["top_value_1"].abs() == points.max(axis="columns")).all()
    assert (kept["top_value_1"].abs() >= kept["top_value_3"].abs()).all()
    first = kept.iloc[0]
    assert scores.iloc[0][f"c_{first['top_feature_2']}"] == first["top_value_2"]


def test_the_card_names_labels_window_and_limits() -> None:
    card = (trained().folder / "card.md").read_text(encoding="utf-8")
    for words in ("It advises; a person decides", "Arrest", "test begins at", "Limits"):
        assert words in card
    assert "They say nothing about how well the ranking serves in the field" in card


def test_no_file_of_a_model_is_a_pickle() -> None:
    for path in trained().folder.iterdir():
        assert path.suffix in {".txt", ".json", ".md"}
        assert not path.read_bytes().startswith(b"\x80")


def stored_with(folder: Path, name: str, text: str) -> Path:
    """Return a model folder in which one file says something else, hash and all."""
    (folder / name).write_text(text, encoding="utf-8")
    manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    manifest["sha256"][name] = hashlib.sha256(text.encode()).hexdigest()
    (folder / "MANIFEST.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


CALIBRATIONS = ['{"slope": -1.0, "intercept": 0}', '{"slope": 0, "intercept": 0}']


@pytest.mark.parametrize("text", CALIBRATIONS, ids=["upside down", "flat"])
def test_a_calibration_that_does_not_keep_the_order_is_refused(text, tmp_path) -> None:
    folder = Path(copytree(trained().folder, tmp_path / "m"))
    with pytest.raises(ModelError, match="does not keep the order"):
        load_model(stored_with(folder, "calibration.json", text))


@pytest.mark.parametrize("name", ["spec.json", "tables.json", "calibration.json"])
@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "[" * 100_000], ids=str.split)
def test_a_file_that_holds_something_else_is_refused(name, text, tmp_path) -> None:
    folder = Path(copytree(trained().folder, tmp_path / "m"))
    with pytest.raises(ModelError, match="do not hold what they should"):
        load_model(stored_with(folder, name, text))


def spoiled(change) -> str:
    tables = json.loads((trained().folder / "tables.json").read_text(encoding="utf-8"))
    change(tables)
    return json.dumps(tables)


SPOILS = [
    pytest.param(lambda t: t["mains"][0]["points"].pop(), "another size", id="short"),
    pytest.param(
        lambda t: t["mains"][0].update(feature=-1), "that there are not", id="no"
    ),
    pytest.param(
        lambda t: t["bins"][0].update(categories=1), "of these", id="category"
    ),
    pytest.param(
        lambda t: t["mains"][0]["points"].__setitem__(0, float("nan")),
        "points that are not numbers",
        id="NaN",
    ),
]


@pytest.mark.parametrize(("change", "why"), SPOILS)
def test_tables_that_do_not_fit_together_are_refused(change, why, tmp_path) -> None:
    folder = Path(copytree(trained().folder, tmp_path / "m"))
    with pytest.raises(ModelError, match=why):
        load_model(stored_with(folder, "tables.json", spoiled(change)))


def test_without_reports_there_is_nothing_to_split() -> None:
    with pytest.raises(ModelError, match="there are no reports to train on"):
        newest_begins_at(pd.Series(dtype="datetime64[us, UTC]"), 0.2)
