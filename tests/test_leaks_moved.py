"""Leaks by intervention: what moves with what it must not know."""

import polars as pl
import pytest

from prioritizer.evaluation.leaks import LeakKind, find_leaks
from prioritizer.evaluation.leaks.trials import moments
from prioritizer.features import CATALOGUE
from prioritizer.vocabulary.enums import ACTIONS
from tests.builders import reports
from tests.builders import tables as tables_of
from tests.builders_leaks import (
    DAY,
    SEEN,
    feature,
    kinds,
    moved,
    national,
    nothing_known,
    of_provider,
    sample,
    with_versions,
    world,
)

_LENGTH = pl.col("conversation_length").fill_null(0)
_ID = pl.col("report_id")
_NUMBERS = [
    pytest.param(_ID, id="as it is"),
    pytest.param(_ID.log(), id="its logarithm"),
    pytest.param(_ID.rank(), id="its rank"),
    pytest.param(_ID % 1000, id="its last digits"),
    pytest.param(_ID - _ID.min(), id="counted from the first"),
]


@pytest.mark.parametrize("expression", _NUMBERS)
def test_a_report_number_is_flagged(expression) -> None:
    assert LeakKind.REPORT_ID in moved(expression)


_PLACES = [
    pytest.param(pl.int_range(pl.len()), id="row number"),
    pytest.param(pl.int_range(pl.len()).sqrt(), id="its root"),
    pytest.param(_LENGTH.shift(1), id="the row before"),
    pytest.param(_LENGTH.cum_sum(), id="all rows so far"),
]


@pytest.mark.parametrize("expression", _PLACES)
def test_the_order_of_rows_is_flagged(expression) -> None:
    assert LeakKind.ROW_ORDER in moved(expression)


_OTHERS = [
    pytest.param(_LENGTH.rank(), id="rank"),
    pytest.param(_LENGTH - _LENGTH.mean(), id="distance from the mean"),
    pytest.param(_LENGTH / _LENGTH.max(), id="share of the largest"),
    pytest.param(pl.len().over("esp_key"), id="reports of the provider"),
    pytest.param(pl.col("arrival_at") == pl.col("arrival_at").max(), id="the newest"),
    pytest.param(_LENGTH.is_unique(), id="whether another has it"),
]


@pytest.mark.parametrize("expression", _OTHERS)
def test_who_else_is_in_the_batch_is_flagged(expression) -> None:
    assert LeakKind.BATCH in moved(expression)


def test_what_is_drawn_anew_each_time_is_flagged_as_nothing_else() -> None:
    assert moved(_LENGTH.shuffle()) == {LeakKind.CHANCE}


_AGE = pl.col("captured_at").max() - pl.col("arrival_at").first()
_CLEAN = [
    pytest.param(_LENGTH, "reports", id="a length"),
    pytest.param(pl.len(), "files", id="a count"),
    pytest.param(_AGE, "captures", id="an age"),
    pytest.param(pl.col("arrival_at").dt.hour(), "reports", id="the hour of arrival"),
]


@pytest.mark.parametrize(("expression", "table"), _CLEAN)
def test_what_one_report_says_is_cleared(expression, table) -> None:
    assert moved(expression, table) == set()


_EARLIER = pl.col("other_at") < pl.col("arrival_at")
_ACTED = pl.col("case_status").is_in(ACTIONS)
_KNOWN = pl.col("known_at") < pl.col("arrival_at")
_LOOKS = [
    pytest.param(_EARLIER, set(), id="strictly earlier reports"),
    pytest.param(_EARLIER & _KNOWN & _ACTED, set(), id="outcomes known by then"),
    pytest.param(_EARLIER.is_not_null(), {LeakKind.LATER_REPORTS}, id="all reports"),
    pytest.param(
        pl.col("other_at") <= pl.col("arrival_at"),
        {LeakKind.LATER_REPORTS},
        id="reports of the same moment",
    ),
    pytest.param(
        pl.col("other_at") < pl.col("arrival_at") + DAY,
        {LeakKind.LATER_REPORTS},
        id="reports of the next day",
    ),
    pytest.param(_EARLIER & _ACTED, {LeakKind.OUTCOME}, id="outcomes of any time"),
    pytest.param(
        _EARLIER & _ACTED & (pl.col("known_at") <= pl.col("arrival_at")),
        {LeakKind.OUTCOME},
        id="outcomes of the same moment",
    ),
    pytest.param(pl.col("other_id") < _ID, {LeakKind.REPORT_ID}, id="smaller numbers"),
]


@pytest.mark.parametrize(("counted", "expected"), _LOOKS)
def test_a_look_back_sees_only_what_was_known(counted, expected) -> None:
    check = find_leaks(world(), [SEEN], look_back=of_provider(counted))
    found = kinds(check)
    assert expected <= found
    assert bool(found) == bool(expected)


_OWN = pl.col("other_id") == _ID


@pytest.mark.parametrize("counted", [_OWN & _ACTED, _OWN & _KNOWN.is_not_null()])
def test_a_look_at_own_outcomes_is_flagged(counted) -> None:
    """What became of the report itself, or only whether anything did."""
    check = find_leaks(world(), [SEEN], look_back=of_provider(counted))
    assert LeakKind.OUTCOME in kinds(check)


def test_how_many_reports_there_are_is_news_of_later_ones() -> None:
    def look_back(tables):
        height = tables["reports"].height
        return {"links": tables["reports"].with_columns(seen=pl.lit(height))}

    check = find_leaks(world(), [SEEN], look_back=look_back)
    assert kinds(check) == {LeakKind.LATER_REPORTS}


def test_a_later_version_is_no_news_of_the_earlier_one() -> None:
    longest = {"longest": pl.col("conversation_length").max().over("report_id")}

    def look_back(tables):
        return {"links": tables["reports"].with_columns(**longest)}

    tables = with_versions(world())
    check = find_leaks(
        tables, [feature(pl.col("longest"), "links")], look_back=look_back
    )
    words = [leak.words for leak in check.leaks if leak.kind is LeakKind.LATER_REPORTS]
    assert len(words) == 1
    assert not kinds(find_leaks(tables, [feature(_LENGTH)], look_back=nothing_known))


def test_a_flag_of_our_analysts_is_flagged_even_where_there_is_none() -> None:
    assert (
        world()["reports"]["analyst_urgent"].null_count() == world()["reports"].height
    )
    flag = pl.col("analyst_urgent").fill_null(value=False)
    assert moved(flag) == {LeakKind.AFTER_TRIAGE}


_LATE = [
    pytest.param("processed_at", pl.col("executive_summary_length") > 0, id="C"),
    pytest.param("recipient_available_at", pl.col("recipient_count"), id="D"),
]


@pytest.mark.parametrize(("at", "said"), _LATE)
def test_what_ncmec_adds_after_arrival_reaches_no_feature(at, said) -> None:
    """It is left out before any is computed, so there is nothing to flag."""
    said_by = {"executive_summary_length": 9, "recipient_count": 2}
    spoken = world()["reports"].with_columns(
        *(pl.lit(n, dtype=pl.Int32).alias(name) for name, n in said_by.items())
    )
    for days in (-1, 1):
        when = (pl.col("arrival_at") + pl.duration(days=days)).alias(at)
        assert moved(said.fill_null(0), reports=spoken.with_columns(when)) == set()


def test_a_network_database_of_later_is_flagged() -> None:
    captures = world()["captures"].with_columns(
        network_number=pl.lit(64500, dtype=pl.Int64)
    )
    known = pl.col("network_number").count()
    for year, expected in ((2018, set()), (2030, {LeakKind.AFTER_TRIAGE})):
        made = captures.with_columns(
            network_at=pl.datetime(year, 1, 1, time_zone="UTC")
        )
        assert moved(known, "captures", captures=made) == expected


_WORLDS = [
    pytest.param(sample, id="sample"),
    pytest.param(lambda: world(3000), id="larger"),
    pytest.param(national, id="national"),
]


@pytest.mark.parametrize("tables", _WORLDS)
def test_the_catalogue_is_cleared(tables) -> None:
    check = find_leaks(tables())
    assert [str(leak) for leak in check.leaks] == []
    assert {line.split(":")[0] for line in check.tried} >= set(LeakKind)


def test_the_catalogue_is_cleared_where_reports_have_versions() -> None:
    check = find_leaks(with_versions(world()), CATALOGUE)
    assert [str(leak) for leak in check.leaks] == []
    assert any(
        "later versions of reports were removed;" in line for line in check.tried
    )


def test_what_there_is_nothing_of_is_not_said_to_be_tried() -> None:
    check = find_leaks(
        tables_of(reports=reports(3)), [feature(_LENGTH)], look_back=nothing_known
    )
    assert not any(line.startswith("outcome") for line in check.tried)
    assert sum(line.startswith("outcome") for line in check.not_tried) == 4


def test_reports_that_arrive_together_keep_their_numbers() -> None:
    """Numbers break ties of arrival, so a tie may not be turned round."""
    hour = reports(6).with_columns(pl.col("arrival_at").first())
    check = find_leaks(tables_of(reports=hour), [feature(_ID)], look_back=nothing_known)
    assert any("exchanged their numbers" in line for line in check.not_tried)


def test_moments_part_versions_too() -> None:
    tables = with_versions(world())
    assert len(moments(world()["reports"])) == 3
    assert len(moments(tables["reports"])) == 4


def test_the_same_check_twice_says_the_same() -> None:
    first, second = (
        find_leaks(world(), [feature(_LENGTH.rank())], look_back=nothing_known)
        for _ in range(2)
    )
    assert first == second
    assert not first.is_clear


def test_a_leak_names_its_column_and_how_many_reports_moved() -> None:
    check = find_leaks(world(), [feature(_ID)], look_back=nothing_known)
    (leak,) = [leak for leak in check.leaks if leak.kind is LeakKind.REPORT_ID]
    assert (leak.column, leak.figure, leak.reports) == ("x", 1.0, 600)
    assert "moved in 600 of 600 reports when reports exchanged their numbers" in str(
        leak
    )
