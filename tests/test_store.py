"""A model's folder: what is written, what is read, and what is refused."""

import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.errors import MissingInputError, ModelError
from prioritizer.model import load_model, save_model
from prioritizer.model.parts import as_json, write_parts
from tests.builders import prepared_world, trained
from tests.builders_kills import survives, write_model
from tests.builders_models import (
    DEMO,
    copied,
    flipped,
    stored_with,
    trained_copy,
    with_manifest,
)


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


PARTS = [
    "model.txt",
    "spec.json",
    "tables.json",
    "calibration.json",
    "venn_abers.json",
    "refits.json",
    "metrics.json",
    "card.md",
]


@pytest.mark.parametrize("name", PARTS)
def test_one_flipped_byte_is_refused(name: str, tmp_path: Path) -> None:
    folder = trained_copy(tmp_path)
    flipped(folder / name)
    with pytest.raises(ModelError, match=f"1 problem: {name} was altered"):
        load_model(folder)


def test_all_problems_of_a_model_are_listed(tmp_path: Path) -> None:
    folder = trained_copy(tmp_path)
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
    folder = trained_copy(tmp_path)
    spec = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
    spec["features"][3]["direction"] = -1
    spec["features"][4]["name"] = "gone"
    stored_with(folder, "spec.json", json.dumps(spec))
    with pytest.raises(
        ModelError, match=r"has changed since; feature 5, 'gone', is not in"
    ):
        load_model(folder)


def test_no_file_of_a_model_is_a_pickle() -> None:
    for path in trained().folder.iterdir():
        assert path.suffix in {".txt", ".json", ".md"}
        assert not path.read_bytes().startswith(b"\x80")


CALIBRATIONS = [
    '{"raw": [0, 1], "log_odds": [1, 0], "end_slope": 1}',
    '{"raw": [0, 1], "log_odds": [0, 1], "end_slope": 0}',
]


@pytest.mark.parametrize("text", CALIBRATIONS, ids=["upside down", "flat"])
def test_a_calibration_that_does_not_keep_the_order_is_refused(text, tmp_path) -> None:
    folder = trained_copy(tmp_path)
    with pytest.raises(ModelError, match="does not keep the order"):
        load_model(stored_with(folder, "calibration.json", text))


PARSED = [name for name in PARTS if name.endswith(".json") and name != "metrics.json"]


@pytest.mark.parametrize("name", PARSED)
@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "[" * 100_000], ids=str.split)
def test_a_file_that_holds_something_else_is_refused(name, text, tmp_path) -> None:
    folder = trained_copy(tmp_path)
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
    folder = trained_copy(tmp_path)
    with pytest.raises(ModelError, match=why):
        load_model(stored_with(folder, "tables.json", spoiled(change)))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param(
            lambda said: said["sha256"].pop("card.md"), "card.md was altered", id="less"
        ),
        pytest.param(
            lambda said: said["sha256"].update({"x.bin": "0"}),
            "no model has",
            id="more",
        ),
        pytest.param(
            lambda said: said["sha256"].update({"../x": "0"}),
            "no model has",
            id="above",
        ),
        pytest.param(lambda said: said.update(sha256=[]), "altered", id="no hashes"),
        pytest.param(
            lambda said: said.update(format_version=3), "version 2", id="newer"
        ),
    ],
)
def test_a_manifest_names_the_parts_and_nothing_else(change, why, tmp_path) -> None:
    with pytest.raises(ModelError, match=why):
        load_model(with_manifest(copied(tmp_path), change))


needs_links = pytest.mark.skipif(os.name != "posix", reason="links are POSIX's")


@needs_links
@pytest.mark.parametrize("name", ["tables.json", "MANIFEST.json"])
def test_a_link_is_refused_even_to_the_very_same_file(name, tmp_path) -> None:
    folder = copied(tmp_path)
    (folder / name).unlink()
    (folder / name).symlink_to(DEMO / name)
    with pytest.raises(ModelError, match=f"1 problem: {name} leads elsewhere"):
        load_model(folder)


@needs_links
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "card.md").unlink()
    os.mkfifo(folder / "card.md")
    with pytest.raises(ModelError, match=r"1 problem: card\.md is not a file"):
        load_model(folder)


@needs_links
def test_a_part_larger_than_any_model_is_not_read(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    os.truncate(folder / "card.md", 2**40)  # takes no room on the disk
    with pytest.raises(ModelError, match=r"card\.md is larger than any model"):
        load_model(folder)


def test_the_folder_of_another_program_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ModelError, match="something that is not a model"):
        write_parts(tmp_path / "m", {"card.md": ""})
    folder = copied(tmp_path / "n")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ModelError, match="something that is not a model"):
        save_model(folder, trained().model, trained().booster, {})
    assert (folder / "notes.txt").is_file()


def said_in(folder: Path) -> str | None:
    """What a whole folder says, None if it is not there or not whole."""
    manifest = folder / "MANIFEST.json"
    if not manifest.is_file():
        return None
    assert len(json.loads(manifest.read_bytes())["sha256"]) == 2
    (text,) = {(folder / name).read_text() for name in ("card.md", "model.txt")}
    return text


@pytest.mark.skipif(os.name != "posix", reason="processes are killed")
def test_a_kill_leaves_the_old_model_or_the_new_one(tmp_path: Path) -> None:
    folder, seen = tmp_path / "m", []
    write_model(folder, "old")
    for kill_at in range(1, 30):
        is_over = survives(write_model, folder, "new", kill_at=kill_at)
        seen.append(said_in(folder) or said_in(tmp_path / ".m.before"))
        write_model(folder, "old")
        assert [path.name for path in tmp_path.iterdir()] == ["m"]
        if is_over:
            break
    assert is_over
    assert seen == sorted(seen, reverse=True)
    assert {"old", "new"} == set(seen)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_read_back_to_the_bit(numbers: list[float]) -> None:
    again = json.loads(as_json(numbers))
    assert np.array(again).tobytes() == np.array(numbers).tobytes()


def test_tables_read_back_to_the_bit() -> None:
    ours, theirs = trained().model.tables, load_model(trained().folder).tables
    assert ours.base == theirs.base
    assert all((ours.pairs[each] == theirs.pairs[each]).all() for each in ours.pairs)
    assert all((ours.mains[each] == theirs.mains[each]).all() for each in ours.mains)


def test_a_model_tells_nothing_of_the_machine_that_trained_it() -> None:
    places = {str(Path.home()), str(Path.cwd()), str(trained().folder.parent)} - {"/"}
    # The name of a machine that is a plain word could stand in a card all the same.
    names = {platform.node()} if re.search(r"[0-9.-]", platform.node()) else set()
    said = [re.escape(each) for each in sorted(places | names)]
    told = re.compile("|".join([r"num_threads|machines|/tmp/|/home/|[A-Z]:\\", *said]))
    for folder in (trained().folder, DEMO):
        for path in folder.iterdir():
            text = path.read_bytes().decode(
                "ascii" if path.suffix != ".md" else "utf-8"
            )
            assert not told.search(text), path.name


WITHOUT_LIGHTGBM = """
import sys
sys.modules["lightgbm"] = None  # importing it fails
from pathlib import Path
from prioritizer import pipeline
tables, model, out = map(Path, sys.argv[1:])
print(len(pipeline.score_reports(tables, model, out)))
"""


def test_scoring_needs_no_lightgbm(tmp_path: Path) -> None:
    sample = DEMO.parents[1] / "data" / "synthetic" / "sample"
    words = [str(sample), str(DEMO), str(tmp_path / "s.parquet")]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_LIGHTGBM, *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "2000\n"), done.stderr


@pytest.mark.parametrize(
    ("features", "points"),
    [
        ([0], [[0.0]]),
        ([], 0.0),
        ([False, 1], [[0.0]]),
        ([1, 1], [[0.0]]),
        ([0, 1, 2], [[[0.0]]]),
    ],
    ids=["one", "none", "no place", "twice", "three"],
)
def test_a_table_of_no_pair_is_refused(features, points, tmp_path) -> None:
    odd = {"features": features, "points": points}
    text = spoiled(lambda tables: tables["pairs"].append(odd))
    with pytest.raises(ModelError, match=r"that there are not|another size"):
        load_model(stored_with(trained_copy(tmp_path), "tables.json", text))


def test_a_feature_of_thousands_of_thresholds_is_refused(tmp_path) -> None:
    folder = trained_copy(tmp_path)
    said = json.loads((folder / "refits.json").read_text(encoding="utf-8"))
    number = next(
        i for i, each in enumerate(said["refits"][0]["bins"]) if not each["categories"]
    )
    said["refits"][0]["bins"][number]["thresholds"] = list(range(3000))
    with pytest.raises(ModelError, match="more than 260 thresholds"):
        load_model(stored_with(folder, "refits.json", json.dumps(said)))
