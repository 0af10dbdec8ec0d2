"""Completeness stands beside score and place, and is mixed into neither."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from prioritizer import pipeline
from prioritizer.errors import SettingsError
from prioritizer.features import CATALOGUE
from prioritizer.features.completeness import columns_of, completeness_of
from prioritizer.queues import build_queue
from prioritizer.tables.stamped import write_stamped
from tests.builders import prepared_world, small_world, trained

_AS_OF = pd.Timestamp("2026-03-01T00:00:00Z")
_BESIDE = [*columns_of(), "missing"]


@cache
def ranked() -> pd.DataFrame:
    return pipeline.rank_reports(
        small_world(), as_of=_AS_OF, model_folder=trained().folder
    ).queue


@pytest.mark.parametrize("package", ["model", "explain", "queues", "history"])
def test_what_learns_explains_and_orders_never_loads_it(package: str) -> None:
    code = (
        f"import sys, prioritizer.{package}\n"
        "assert not [n for n in sys.modules if 'completeness' in n]"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_no_feature_is_called_or_reads_completeness() -> None:
    named = {each.name for each in CATALOGUE} | {
        column for each in CATALOGUE for column in each.reads
    }
    assert not [name for name in named if "completeness" in name or name == "missing"]


@pytest.mark.parametrize("name", columns_of())
def test_no_feature_says_the_same_as_completeness(name: str) -> None:
    world = prepared_world()
    found = completeness_of(world.tables).to_pandas().set_index("report_id")
    numbers = world.X.select_dtypes("number")
    usable = numbers.loc[:, numbers.std() > 0]
    same = usable.corrwith(found.loc[usable.index, name].astype(np.float64)).abs()
    assert same.max() < 0.999


def test_scores_hold_nothing_of_it() -> None:
    scores = trained().model.score(prepared_world().X)
    assert not set(_BESIDE) & {str(name).removeprefix("c_") for name in scores}


def test_the_order_is_the_one_that_never_saw_it() -> None:
    world = prepared_world()
    scores = trained().model.score(world.X)
    blind = build_queue(world.tables, world.X, scores, CATALOGUE, as_of=_AS_OF)
    assert not set(_BESIDE) & set(blind.columns)
    pd.testing.assert_frame_equal(ranked().drop(columns=_BESIDE), blind)


def test_each_place_has_it_beside_its_reasons() -> None:
    queue = ranked()
    columns = list(queue.columns)
    first = columns.index("reason_3") + 1
    assert columns[first : first + len(_BESIDE)] == _BESIDE
    found = completeness_of(prepared_world().tables).to_pandas().set_index("report_id")
    beside = queue.set_index("report_id")[_BESIDE]
    pd.testing.assert_frame_equal(beside, found.loc[beside.index, _BESIDE])


def test_the_complete_do_not_come_first() -> None:
    queue = ranked()
    places = queue[["position", "completeness"]].corr(method="spearman").iloc[0, 1]
    assert abs(places) < 0.9
    assert not queue["completeness"].is_monotonic_decreasing


def test_a_queue_without_it_is_not_read(tmp_path: Path) -> None:
    old = ranked().drop(columns=_BESIDE)
    write_stamped(tmp_path / "q.parquet", old, {"data": "synthetic"})
    with pytest.raises(SettingsError, match="does not hold a queue"):
        pipeline.explain_report(tmp_path / "q.parquet", int(old["report_id"].iloc[0]))
