"""Leaks by statistics: columns handed in without the code that made them."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from prioritizer.errors import FeatureError
from prioritizer.evaluation.leaks import LeakCheck, LeakKind, find_leaks_in_columns
from prioritizer.evaluation.leaks import columns as columns_of
from tests.builders_leaks import (
    DAY,
    arrivals_of,
    kinds,
    labels_of,
    last_outcomes,
    random,
    world,
)

_REPORTS = 3000


def checked(tables=None, **columns) -> LeakCheck:
    """Check columns of a world on their own."""
    tables = tables or world(_REPORTS)
    arrivals = arrivals_of(tables)
    X = pd.DataFrame(columns, index=arrivals.index)
    return find_leaks_in_columns(X, arrivals, tables["outcomes"])


@cache
def all_at_once() -> LeakCheck:
    """Check all columns below in one go: the more there are, the less chance may do."""
    all_of = {**_OF_OUTCOMES, **_OF_WORK, **_OF_ROWS, **_OF_NUMBERS, **_HONEST}
    return checked(**{name: make(facts()) for name, make in all_of.items()})


@cache
def facts() -> dict[str, pd.Series]:
    """Return what a leak can be made of, for each report of the world."""
    tables = world(_REPORTS)
    arrivals, told = arrivals_of(tables), last_outcomes(tables)
    draws = random(1)
    label = labels_of(tables)
    unsure = draws.random(len(label))
    status = told["case_status"].astype(object)
    days = (told["decided_at"] - arrivals) / DAY
    return {
        "label": label,
        "noisy": label.where(unsure >= 0.05, 1 - label),
        "status": status,
        "code": pd.Series(pd.factorize(status)[0], arrivals.index).where(
            status.notna()
        ),
        "days": days,
        "worked": told["known_at"].notna(),
        "digit": pd.Series(draws.integers(0, 10, len(label)), arrivals.index),
        "guess": pd.Series(draws.integers(0, 2, len(label)), arrivals.index),
        "chance": pd.Series(draws.random(len(label)), arrivals.index),
        "place": pd.Series(np.arange(len(label)) * 1.0, arrivals.index),
        "id": pd.Series(arrivals.index.to_numpy() * 1.0, arrivals.index),
        "arrival": arrivals,
    }


_OF_OUTCOMES = {
    "the label": lambda of: of["label"],
    "the label turned round": lambda of: 3 - 2 * of["label"],
    "the label, zero if not known": lambda of: of["label"].fillna(0),
    "the label, the mean if not known": lambda of: of["label"].fillna(0.43),
    "one in twenty labels wrong": lambda of: of["noisy"],
    "one in twenty wrong, hidden": lambda of: of["noisy"].fillna(of["guess"]),
    "the label behind noise": lambda of: of["noisy"] + of["chance"] * 0.9,
    "the label in whether it is there": lambda of: of["chance"].where(of["noisy"] == 1),
    "the label in odd and even": lambda of: 2 * of["digit"] + of["label"],
    "a code of the status": lambda of: of["code"],
    "a scattered code, hidden": lambda of: (of["code"] * 7 % 11).fillna(of["chance"]),
    "days until decision": lambda of: of["days"],
    "days, zero if not known": lambda of: of["days"].fillna(0),
    "days, by their logarithm": lambda of: np.log1p(of["days"]),
    "days, by some wrong": lambda of: of["days"] * (0.98 + of["chance"] / 25),
    "days, hidden": lambda of: of["days"].fillna(of["chance"] * 400),
}


@pytest.mark.parametrize("name", _OF_OUTCOMES)
def test_a_column_made_of_outcomes_is_flagged(name) -> None:
    assert LeakKind.OUTCOME in kinds(all_at_once(), name)


_OF_WORK = {
    # A case that was opened and closed is worth work and says closed: so it tells work.
    "the status as a category": lambda of: pd.Categorical(of["status"]),
    "a note was written": lambda of: of["worked"] * 1.0,
    "a note was written for most": lambda of: of["worked"] & (of["chance"] < 0.6),
    "a note was written for few": lambda of: of["worked"] & (of["chance"] < 0.2),
    "a note is missing": lambda of: ~of["worked"],
    "the length of a note": lambda of: of["chance"].where(of["worked"]),
    "a length for some": lambda of: of["chance"].where(
        of["worked"] & (of["digit"] < 3)
    ),
    "one in fifty wrong": lambda of: of["worked"] ^ (of["chance"] < 0.02),
}


@pytest.mark.parametrize("name", _OF_WORK)
def test_what_is_there_only_after_work_is_flagged(name) -> None:
    assert LeakKind.AFTER_TRIAGE in kinds(all_at_once(), name)


_OF_ROWS = {
    "the row": lambda of: of["place"],
    "the row from the end": lambda of: -of["place"],
    "the row, by its logarithm": lambda of: np.log1p(of["place"]),
    "the row, cubed": lambda of: (of["place"] - 1500) ** 3,
    "the row with noise": lambda of: of["place"] + 150 * of["chance"],
    "the row, for one in ten": lambda of: of["place"].where(of["digit"] == 0),
    "the arrival": lambda of: of["arrival"].astype("int64"),
}
_OF_NUMBERS = {
    "the number": lambda of: of["id"],
    "the number, by its logarithm": lambda of: np.log(of["id"]),
    "the number's rank": lambda of: of["id"].rank(),
}
_OF_PLACES = {
    **dict.fromkeys(_OF_ROWS, LeakKind.ROW_ORDER),
    **dict.fromkeys(_OF_NUMBERS, LeakKind.REPORT_ID),
}


@pytest.mark.parametrize("name", _OF_PLACES)
def test_a_place_or_a_number_is_flagged_as_what_it_is(name) -> None:
    assert kinds(all_at_once(), name) == {_OF_PLACES[name]}


def test_the_order_of_rows_is_flagged_where_it_is_not_that_of_arrival() -> None:
    tables = world(_REPORTS)
    arrivals = arrivals_of(tables)
    ids = random(5).permutation(arrivals.index)
    X = pd.DataFrame({"x": np.arange(len(ids)) ** 2.0}, index=ids)
    check = find_leaks_in_columns(X, arrivals, tables["outcomes"])
    assert kinds(check) == {LeakKind.ROW_ORDER}


def proxy(strength: float) -> pd.Series:
    """Return a number that tells the label, and among the rest what is alike."""
    label = facts()["label"]
    drawn = random(6).random(len(label)) < 0.4
    normal = random(7).normal(size=len(label))
    return normal + strength * label.where(label.notna(), drawn * 1.0)


_HONEST = {
    "a good proxy, 0.80 of pairs": lambda of: proxy(1.19),
    "a very good proxy, 0.85 of pairs": lambda of: proxy(1.466),
    "escalation": lambda of: world(_REPORTS)["reports"]["esp_escalated"].to_numpy(),
    "an hour of the day": lambda of: of["arrival"].dt.hour,
    "what drifts over the years": lambda of: of["place"] + 1500 * of["chance"],
    "what began in the middle": lambda of: of["chance"].where(of["place"] > 1500),
    "a rare truth": lambda of: of["chance"] < 0.003,
    "a number of its own for each": lambda of: of["chance"],
    "one of a thousand sorts": lambda of: (of["chance"] * 1000).round(),
}


@pytest.mark.parametrize("name", _HONEST)
def test_what_is_honest_is_cleared(name) -> None:
    assert kinds(all_at_once(), name) == set()


def test_work_that_began_late_flags_nothing_that_drifts() -> None:
    """Feedback of the last years alone makes all that drifts tell who was worked."""
    tables = world(_REPORTS)
    arrivals = arrivals_of(tables)
    late = arrivals[arrivals > arrivals.quantile(0.6)].index
    told = tables["outcomes"].to_pandas()["report_id"].isin(late).to_numpy()
    since = facts()["place"] + 300 * facts()["chance"]
    only = {**tables, "outcomes": tables["outcomes"].filter(told)}
    assert kinds(checked(only, x=since.where(since > 1800))) <= {LeakKind.ROW_ORDER}
    assert kinds(checked(only, x=np.floor(since / 1000))) == set()


@pytest.mark.parametrize("count", [40, 400])
def test_chance_flags_nothing_in_twenty_worlds_of_noise(count) -> None:
    """At most one check in twenty may flag something; of noise alone none does."""
    tables = world(_REPORTS)
    arrivals = arrivals_of(tables)
    told = np.flatnonzero(facts()["worked"])
    for seed in range(20):
        draws = random(seed)
        some = arrivals.index[np.sort(draws.choice(told, count, replace=False))]
        some = some.union(arrivals.index[: count * 2], sort=False)
        X = noise_of(draws, some)
        assert find_leaks_in_columns(X, arrivals, tables["outcomes"]).is_clear, seed


def noise_of(draws: np.random.Generator, ids: pd.Index) -> pd.DataFrame:
    """Return columns that know nothing: numbers, rare truths, sorts, and gaps."""
    n = len(ids)
    columns = {
        "number": lambda: draws.normal(size=n),
        "rare": lambda: draws.random(n) < 0.1,
        "sort": lambda: draws.integers(0, n // 3, n),
        "gaps": lambda: np.where(draws.random(n) < 0.5, np.nan, 1.0),
    }
    made = {f"{name} {k}": make() for name, make in columns.items() for k in range(4)}
    return pd.DataFrame(made, index=ids)


def test_without_outcomes_what_cannot_be_tried_is_said() -> None:
    tables = world(_REPORTS)
    none = {**tables, "outcomes": tables["outcomes"].clear()}
    check = checked(none, x=facts()["label"])
    assert check.is_clear
    assert len(check.tried) == 1
    assert sum(line.startswith("outcome") for line in check.not_tried) == 2
    assert sum(line.startswith("after triage") for line in check.not_tried) == 2


def test_too_few_labels_are_said_and_a_copy_is_found_all_the_same() -> None:
    tables = world(_REPORTS)
    few = {**tables, "outcomes": tables["outcomes"].head(60)}
    check = checked(few, x=labels_of(few))
    assert LeakKind.OUTCOME in kinds(check)
    said = [line for line in check.not_tried if "actionable or not" in line]
    assert len(said) == 1
    assert "are needed" in said[0]


def test_what_was_known_before_a_report_arrived_is_no_leak() -> None:
    tables = world(_REPORTS)
    before = tables["outcomes"].with_columns(
        known_at=tables["reports"]["arrival_at"][0]
    )
    assert kinds(checked({**tables, "outcomes": before}, x=facts()["label"])) == set()


def test_a_finding_has_a_figure_the_reports_and_what_to_do() -> None:
    check = checked(x=facts()["days"])
    (leak,) = [leak for leak in check.leaks if leak.kind is LeakKind.OUTCOME]
    assert leak.figure == 1.0
    assert leak.reports == facts()["worked"].sum()
    assert "decided_at" in leak.words
    assert "leave it out" in str(leak)


def test_columns_that_say_one_thing_are_counted_as_not_tried() -> None:
    check = checked(x=0.0, y=np.nan)
    assert "columns that say the same of all reports: 2" in check.not_tried


def test_all_that_is_wrong_with_columns_is_said_at_once() -> None:
    arrivals = arrivals_of(world(_REPORTS))
    X = pd.DataFrame(
        {"a": ["x"] * 3, "b": [1] * 3}, index=[arrivals.index[0]] * 2 + [-5]
    )
    with pytest.raises(FeatureError, match="3 problems: ") as told:
        find_leaks_in_columns(X, arrivals, world(_REPORTS)["outcomes"])
    assert "rows of reports that the tables do not hold: 1;" in told.value.what
    assert "rows of a report that has one already: 1;" in told.value.what
    assert "column 'a' holds no numbers" in told.value.what


def test_infinite_and_unknown_values_are_values_like_others() -> None:
    n = len(facts()["label"])
    nullable = pd.array([1, None, 3] * (n // 3), dtype="Int64")
    infinite = np.where(facts()["label"] == 1, np.inf, -np.inf)
    check = checked(x=infinite, y=nullable, z=np.full(n, np.inf))
    assert LeakKind.OUTCOME in kinds(check)
    assert kinds(check, "y") == kinds(check, "z") == set()


def test_of_very_many_reports_evenly_many_are_measured(monkeypatch) -> None:
    monkeypatch.setattr(columns_of, "MOST_ROWS", 1500)
    check = checked(x=facts()["place"], y=facts()["noisy"])
    assert [leak.reports for leak in check.leaks if leak.column == "x"] == [1500]
    assert any("1 of every 2 reports was measured" in line for line in check.not_tried)


def test_the_columns_handed_in_are_left_alone() -> None:
    arrivals = arrivals_of(world(_REPORTS))
    X = pd.DataFrame({"a": pd.Categorical(["x", "y"] * 1500)}, index=arrivals.index)
    before = X.copy(deep=True)
    find_leaks_in_columns(X, arrivals, world(_REPORTS)["outcomes"])
    pd.testing.assert_frame_equal(X, before)
