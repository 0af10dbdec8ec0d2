"""Propensities that an office logged come in as a file."""

from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from prioritizer import pipeline
from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.model import Experiment, Feedback, SelectionSettings, TrainSettings
from prioritizer.pipeline.fits import series_hash
from prioritizer.pipeline.propensities import read_propensity
from prioritizer.synthetic import read_truth
from tests.builders import prepared_world, small_world


def logged(folder: Path) -> Path:
    """Return a file of what the invented office logged."""
    truth = read_truth(small_world()).select("report_id", "propensity")
    truth.write_parquet(folder / "p.parquet")
    return folder / "p.parquet"


def test_csv_and_parquet_say_the_same(tmp_path: Path) -> None:
    rows = pl.DataFrame({"report_id": [7, 8], "propensity": [0.25, 1.0], "x": [1, 2]})
    rows.write_csv(tmp_path / "p.csv")
    rows.write_parquet(tmp_path / "p.parquet")
    both = [read_propensity(tmp_path / f"p.{end}") for end in ("csv", "parquet")]
    assert both[0].to_dict() == both[1].to_dict() == {7: 0.25, 8: 1.0}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("report_id,chance\n1,0.5\n", "'propensity' is missing"),
        ("a\n1\n", "2 problems"),
        ("report_id,propensity\n1,high\nx,0.5\n", "2 problems: column 'report_id'"),
        ("", "cannot be read"),
    ],
)
def test_a_file_of_other_columns_is_refused(text, why, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=why):
        read_propensity(tmp_path / "p.csv")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="no file of propensities"):
        read_propensity(tmp_path / "p.csv")


def test_a_hash_tells_propensities_apart_and_not_their_order() -> None:
    one = pd.Series({1: 0.5, 2: 0.25})
    assert series_hash(one) == series_hash(one[::-1])
    assert series_hash(one) != series_hash(pd.Series({1: 0.25, 2: 0.5}))


def test_a_model_is_trained_by_logged_propensities(tmp_path: Path) -> None:
    weighted = TrainSettings(
        rounds=20, refits=0, selection=SelectionSettings(feedback=Feedback.WEIGHTED)
    )
    run = pipeline.train_model(
        small_world(),
        tmp_path / "m",
        experiment=Experiment(train=weighted),
        propensity=logged(tmp_path),
    )
    facts = run.model.facts
    assert (facts["feedback"], facts["propensity"]) == ("weighted", "logged")
    assert 0 < facts["effective_reports"] < facts["train_reports"]


def test_a_labelled_report_without_a_propensity_is_counted(tmp_path: Path) -> None:
    ids = prepared_world().X.index
    few = pl.DataFrame({"report_id": list(ids[:9]), "propensity": [0.5] * 9})
    few.write_parquet(tmp_path / "p.parquet")
    weighted = TrainSettings(selection=SelectionSettings(feedback=Feedback.WEIGHTED))
    with pytest.raises(SettingsError, match="that need one have none"):
        pipeline.train_model(
            small_world(),
            tmp_path / "m",
            experiment=Experiment(train=weighted),
            propensity=tmp_path / "p.parquet",
        )
