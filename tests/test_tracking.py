"""What a training run leaves in MLflow, and what it never does."""

import io
import json
import logging
import os
import pickletools
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import mkdtemp

import numpy as np
import pandas as pd
import pytest

from prioritizer.errors import ModelError, SettingsError
from prioritizer.model import Experiment, TrainSettings, code_hash
from prioritizer.tracking import (
    list_models,
    log_run,
    train_and_log,
)
from prioritizer.tracking.connection import Connection, connect, quiet_mlflow
from prioritizer.tracking.entries import (
    floor_of,
    fold_metrics_of,
    metrics_of,
    note_of,
    parameters_of,
)
from tests.builders import small_world, trained
from tests.builders_runs import board, new_database, run_of


@cache
def logged() -> tuple[Path, str]:
    """Return a database with one run, and the run's id."""
    database = new_database(Path(mkdtemp(prefix="logged-")))
    return database, log_run(database, run_of())


def the_run():
    database, run_id = logged()
    return connect(database).client.get_run(run_id)


def files() -> dict[str, Path]:
    folder = logged()[0].parent / "mlflow-artifacts"
    return {
        path.relative_to(folder).as_posix().split("artifacts/", 1)[1]: path
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_settings_and_facts_are_parameters() -> None:
    said = the_run().data.params
    assert said["settings.rounds"] == str(TrainSettings().rounds)
    assert said["rounds"] == str(trained().model.facts["rounds"])
    assert said["settings.sections"] == "A, B, C, D"


def test_the_test_window_s_figures_are_metrics_with_their_bounds() -> None:
    said = the_run().data.metrics
    assert said["test/average_precision"] == 0.61
    assert said["test/average_precision_low"] == 0.57
    assert said["test/precision_high"] == 0.68
    assert said["test/best_other_average_precision"] == 0.585
    told = trained().metrics["test_reports_with_outcome"]
    assert said["test_reports_with_outcome"] == told


def test_each_fold_is_a_step_at_the_end_of_its_window() -> None:
    database, run_id = logged()
    name = "folds/average_precision/pairs_64"
    history = connect(database).client.get_metric_history(run_id, name)
    history.sort(key=lambda each: each.step)
    assert [each.step for each in history] == [0, 1, 2, 3]
    assert [each.value for each in history] == [0.55, 0.57, 0.59, 0.61]
    first = pd.Timestamp(history[0].timestamp, unit="ms", tz="UTC")
    assert first == pd.Timestamp("2021-01-01T00:00Z")


def test_tags_hold_the_hashes_and_what_a_promotion_rests_on() -> None:
    said = the_run().data.tags
    assert said["model_hash"] == trained().model.content_hash
    assert said["data_hash"] == trained().model.facts["data_hash"]
    assert said["code_hash"] == code_hash()
    assert len(said["features_hash"]) == 64
    assert (said["floor"], said["evidence_verified"]) == ("passed", "true")


def test_who_opens_the_run_sees_the_card() -> None:
    card = (trained().folder / "card.md").read_text(encoding="utf-8")
    note = note_of(card, rest="card.md, under Artifacts")
    assert the_run().data.tags["mlflow.note.content"] == note
    assert note.startswith("# Model card: ")
    database, _ = logged()
    version = connect(database).client.get_model_version("actionability", "1")
    assert version.description == note
    assert version.tags["model_hash"] == trained().model.content_hash


def test_plots_tables_card_and_model_are_artifacts() -> None:
    stored = {f"model_folder/{path.name}" for path in trained().folder.iterdir()}
    plots = {f"plots/{name}.png" for name in ("leaderboard", "folds", "points")}
    tables = {"card.md", "leaderboard.csv", "folds.csv"}
    assert stored | plots | tables | {"model.lgb", "MLmodel"} <= set(files())
    read = pd.read_csv(files()["leaderboard.csv"], index_col="order")
    pd.testing.assert_frame_equal(read.fillna({"floor": ""}), board(), atol=1e-6)


def is_pickle(content: bytes) -> bool:
    try:
        return len(list(pickletools.genops(io.BytesIO(content)))) > 0
    except ValueError:
        return False


def test_no_artifact_is_a_pickle_of_any_protocol() -> None:
    assert is_pickle(b"\x80\x04N.")
    assert is_pickle(b"cos\nsystem\n(S'ls'\ntR.")
    assert len(files()) > 15
    for name, path in files().items():
        assert not is_pickle(path.read_bytes()), name
        assert path.suffix not in {".pkl", ".skops", ".joblib", ".npy"}


def test_a_model_that_mlflow_would_pickle_is_not_logged(tmp_path) -> None:
    from sklearn.linear_model import LogisticRegression

    other = replace(run_of(), booster=LogisticRegression())  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="no LightGBM booster"):
        log_run(tmp_path / "runs.db", other)
    assert not list(tmp_path.iterdir())


def test_a_pickled_model_is_not_loaded(tmp_path, caplog) -> None:
    from sklearn.linear_model import LogisticRegression

    quiet_mlflow()
    import mlflow.sklearn

    fitted = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    caplog.set_level(logging.CRITICAL)
    mlflow.sklearn.save_model(
        fitted,
        tmp_path / "m",
        serialization_format="cloudpickle",
        pip_requirements=[],
    )
    with pytest.raises(Exception, match="MLFLOW_ALLOW_PICKLE_DESERIALIZATION"):
        mlflow.sklearn.load_model(str(tmp_path / "m"))


def test_a_file_that_is_no_part_of_the_model_is_not_logged(tmp_path) -> None:
    folder = Path(copytree(trained().folder, tmp_path / "m"))
    (folder / "model.pkl").write_bytes(b"\x80\x04N.")
    (folder / "signature.json").write_text("{}", encoding="utf-8")
    database = new_database(tmp_path)
    log_run(database, replace(run_of(), folder=folder))
    names = {path.name for path in (tmp_path / "mlflow-artifacts").rglob("*")}
    assert "model.pkl" not in names
    assert "signature.json" in names


def test_a_folder_that_changed_since_the_training_is_not_logged(tmp_path) -> None:
    folder = Path(copytree(trained().folder, tmp_path / "m"))
    manifest = folder / "MANIFEST.json"
    manifest.write_text(manifest.read_text().replace("4", "5"), encoding="utf-8")
    with pytest.raises(ModelError, match="is not as it was when the model was stored"):
        log_run(tmp_path / "runs.db", replace(run_of(), folder=folder))


@pytest.mark.parametrize("name", ["model.pkl", "../m.txt", "gone.json"])
def test_a_manifest_cannot_name_anything_but_text_beside_it(name, tmp_path) -> None:
    folder = Path(copytree(trained().folder, tmp_path / "m"))
    (tmp_path / "m.txt").write_text("x", encoding="utf-8")
    manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    manifest["sha256"][name] = "0"
    content = json.dumps(manifest).encode()
    (folder / "MANIFEST.json").write_bytes(content)
    model = replace(run_of().model, content_hash=sha256(content))
    with pytest.raises(ModelError, match=f"1 problem: {name} is no text"):
        log_run(tmp_path / "r.db", replace(run_of(), folder=folder, model=model))


def sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


_APART = """
import socket, sys
from pathlib import Path
sent = []
def refuse(self, address):
    sent.append(address)
    raise OSError("no way out")
socket.socket.connect = socket.socket.connect_ex = refuse
socket.getaddrinfo = lambda *a, **k: (sent.append(a), refuse(None, a))
import mlflow  # as a notebook may, before us
from prioritizer.tracking import log_run
from lightgbm import Booster
from prioritizer.model import TrainingRun, TrainSettings, load_model
folder = Path(sys.argv[2])
booster = Booster(model_file=folder / "model.txt")
run = TrainingRun(folder, load_model(folder), booster, TrainSettings(), {})
uri = mlflow.get_tracking_uri()
log_run(Path(sys.argv[1]), run)
from mlflow.telemetry.client import get_telemetry_client
assert get_telemetry_client() is None
assert mlflow.get_tracking_uri() == uri and mlflow.active_run() is None
assert not sent, sent
"""


def test_nothing_leaves_and_a_user_s_own_mlflow_stays_as_it_was(tmp_path) -> None:
    wiped = ("CI", "GITHUB_ACTIONS", "PYTEST_CURRENT_TEST", "DO_NOT_TRACK")
    kept = {name: value for name, value in os.environ.items() if name not in wiped}
    kept.pop("MLFLOW_DISABLE_TELEMETRY", None)
    root = str(Path(__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", _APART, new_database(tmp_path), trained().folder],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": root},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {each.name for each in tmp_path.iterdir()} == {"runs.db", "mlflow-artifacts"}


def test_a_run_that_breaks_off_is_marked_as_failed(tmp_path) -> None:
    database = new_database(tmp_path)
    odd = replace(run_of(), folds=run_of().folds.assign(fold="none"))
    with pytest.raises(ValueError, match="invalid literal"):
        log_run(database, odd)
    assert statuses(connect(database)) == ["FAILED"]


def statuses(connection: Connection) -> list[str]:
    found = connection.client.search_runs(["1"])
    return [each.info.status for each in found]


def test_one_call_trains_and_logs(tmp_path) -> None:
    database = new_database(tmp_path)
    few = Experiment(train=TrainSettings(rounds=20, refits=0))
    run = train_and_log(
        small_world(), tmp_path / "m", experiment=few, database=database
    )
    (run_id,) = list_models(database)["run_id"]
    logged_run = connect(database).client.get_run(run_id)
    assert logged_run.data.tags["model_hash"] == run.model.content_hash
    assert logged_run.data.params["settings.rounds"] == "20"


@pytest.mark.parametrize("place", ["m/runs.db", "T/runs.db"])
def test_the_database_may_not_lie_in_the_model_or_the_tables(place, tmp_path) -> None:
    (tmp_path / "T").symlink_to(small_world())
    with pytest.raises(SettingsError):
        train_and_log(tmp_path / "T", tmp_path / "m", database=tmp_path / place)
    assert not (tmp_path / place).exists()


def test_what_was_not_measured_is_no_metric() -> None:
    run = replace(
        run_of(),
        metrics={"a": np.nan, "b": {"c d/é": 1}, "e": "text", "f": None, "g": 1 / 3},
        leaderboard=pd.DataFrame(),
        folds=run_of().folds.assign(average_precision=np.nan, recall=np.inf),
    )
    assert metrics_of(run) == {"b.c d_": 1.0, "g": 0.333333}
    assert {name.split("/")[1] for name, *_ in fold_metrics_of(run)} == {"precision"}


def test_a_long_fact_is_cut_and_a_nested_one_flattened() -> None:
    said = parameters_of(run_of(long="x" * 9000, deep={"a": {"b": [1, 2]}}))
    assert len(said["long"]) == 500
    assert said["deep.a.b"] == "1, 2"


FLOORS = [
    pytest.param({"leaderboard": board()}, "passed", id="passed"),
    pytest.param(
        {"leaderboard": board(floors={"scorecard": "FLOOR-FAIL"})},
        "FLOOR-FAIL",
        id="failed",
    ),
    pytest.param({"leaderboard": board().drop("model")}, "not measured", id="no model"),
    pytest.param({"metrics": {}}, "not measured", id="nothing"),
]


@pytest.mark.parametrize(("changes", "expected"), FLOORS)
def test_whether_the_floor_was_passed(changes, expected) -> None:
    plain = {"leaderboard": pd.DataFrame(), **changes}
    assert floor_of(replace(run_of(), **plain)) == expected


def test_a_long_card_is_cut_where_a_line_ends() -> None:
    card = "\n".join(f"line {number}" for number in range(2000))
    note = note_of(card, rest="card.md")
    assert len(note) <= 5000
    assert note.endswith("*The card goes on in `card.md`.*\n")
    assert card.startswith(note.split("\n\n")[0] + "\n")


def test_the_code_s_hash_tells_names_and_contents_apart(tmp_path) -> None:
    (tmp_path / "a.py").write_text("1", encoding="utf-8")
    (tmp_path / "note.txt").write_text("1", encoding="utf-8")
    # printf 1 | sha256sum, then that line with the name, hashed again
    line = sha256(b"1").encode() + b"  a.py\n"
    assert code_hash(tmp_path) == sha256(line)
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert code_hash(tmp_path) != sha256(line)
