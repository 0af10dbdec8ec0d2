"""What may teach a model that is put to work at a moment."""

import pandas as pd
import pytest

from prioritizer.errors import ModelError
from prioritizer.model import rolling_windows, split_at
from tests.builders import prepared_world

JANUARY = pd.Timestamp("2024-01-01T00:00:00Z")


def arrivals(days: int) -> pd.Series:
    moments = [JANUARY + pd.Timedelta(days=day) for day in range(days)]
    return pd.Series(moments, index=pd.RangeIndex(days, name="report_id"))


def day(number: int) -> pd.Timestamp:
    return JANUARY + pd.Timedelta(days=number)


def labels(*reports: int) -> pd.Series:
    return pd.Series(1, index=list(reports))


def test_the_past_trains_then_calibrates_and_the_window_tests() -> None:
    split = split_at(
        arrivals(10), labels(0, 1, 2, 4, 7), (day(6), day(9)), calibration_share=0.25
    )
    assert split.train.tolist() == [0, 1, 2]
    assert split.calibration.tolist() == [4]
    assert split.waiting.tolist() == [3, 5]
    assert split.test.tolist() == [6, 7, 8]
    assert split.purged.tolist() == []


def test_a_case_that_goes_on_teaches_nothing_of_itself() -> None:
    cases = pd.Series([0, 1, 1, 0, 4, 5, 0, 7, 8, 9])
    split = split_at(
        arrivals(10),
        labels(0, 1, 2, 3, 4),
        (day(6), day(9)),
        calibration_share=0.3,
        clusters=cases,
    )
    assert split.purged.tolist() == [0, 3]
    assert split.train.tolist() == [1, 2]
    assert split.calibration.tolist() == [4]


def test_without_outcomes_before_the_window_the_moment_is_named() -> None:
    with pytest.raises(ModelError, match="begins on 2024-01-07"):
        split_at(arrivals(10), labels(8), (day(6), day(9)), calibration_share=0.25)


def test_windows_are_whole_months_that_end_with_the_newest_report() -> None:
    windows = list(rolling_windows(arrivals(200), months=2, folds=3))
    said = [(f"{begin:%m-%d}", f"{end:%m-%d}") for begin, end in windows]
    assert said == [("02-01", "04-01"), ("04-01", "06-01"), ("06-01", "08-01")]
    newest = arrivals(200).iloc[-1]
    assert windows[-1][0] <= newest < windows[-1][1]


def test_windows_that_reach_back_too_far_are_refused() -> None:
    with pytest.raises(ModelError, match="4 windows of 2 months need reports"):
        list(rolling_windows(arrivals(200), months=2, folds=4))


def test_reports_of_one_account_are_one_case() -> None:
    """Also where a later report showed that two cases are one."""
    world = prepared_world()
    links = world.tables["links"].to_pandas().set_index("report_id")
    cases = world.cases
    assert cases.index.equals(world.X.index)
    absorbed = world.tables["cluster_merges"].to_pandas()
    absorbed = absorbed[absorbed["cluster_kind"] == "account"]
    assert len(absorbed) > 0
    assert not cases.isin(absorbed["absorbed"]).any()
    for merge in absorbed.itertuples():
        assert cases[merge.absorbed] == cases[merge.into]
    alone = links["account_cluster"] == links.index
    assert (cases[~alone] != cases.index[~alone]).any()
