"""What the reports nobody told of could change."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.errors import SettingsError
from prioritizer.model.sensitivity import (
    Bounds,
    odds_ratio_of_feedback,
    odds_ratio_sensitivity,
    precision_bounds,
    share_bounds,
    shifted,
)

P = pd.Series([0.8, 0.5, 0.5, 0.2], index=[11, 12, 13, 14])
LABELS = pd.Series([1, 0, 1], index=[11, 13, 99])  # 99 is another report
ORDER = P.index


def test_bounds_of_a_share_by_hand() -> None:
    assert share_bounds(2, 4, 4) == Bounds(0.25, 0.75)
    assert share_bounds(0, 0, 3) == Bounds(0.0, 1.0)
    assert share_bounds(2, 4, 0) == Bounds(0.5, 0.5)


@pytest.mark.parametrize("counts", [(5, 4, 1), (-1, 4, 1), (0, 1, -1), (0, 0, 0)])
def test_counts_that_cannot_be_have_no_bounds(counts: tuple[int, int, int]) -> None:
    with pytest.raises(SettingsError, match="unlabelled reports cannot be"):
        share_bounds(*counts)


def test_bounds_of_precision_by_hand() -> None:
    """Of the first three one is actionable, one is not, one is not known."""
    assert precision_bounds(ORDER, LABELS, 3) == Bounds(1 / 3, 2 / 3)
    assert precision_bounds(ORDER, LABELS, 1) == Bounds(1.0, 1.0)
    assert precision_bounds(ORDER, LABELS, 400) == Bounds(0.25, 0.75)


@given(st.lists(st.sampled_from([0.0, 1.0, None]), min_size=1, max_size=12), st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_true_lies_within_the_bounds(
    outcomes: list[float | None], data: st.DataObject
) -> None:
    truth = [
        data.draw(st.sampled_from([0.0, 1.0])) if o is None else o for o in outcomes
    ]
    labels = pd.Series(outcomes, dtype=float).dropna()
    capacity = data.draw(st.integers(1, len(outcomes)))
    found = precision_bounds(pd.RangeIndex(len(outcomes)), labels, capacity)
    assert found.low <= np.mean(truth[:capacity]) <= found.high
    unknown = pd.Series(outcomes[:capacity], dtype=float).isna().mean()
    assert found.high - found.low == pytest.approx(unknown)


def test_shifted_odds_by_hand() -> None:
    """Odds of 0.2 are 1 to 4; doubled 1 to 2, halved 1 to 8."""
    assert shifted(np.array([0.2]), 2.0) == pytest.approx([1 / 3])
    assert shifted(np.array([0.2]), 0.5) == pytest.approx([1 / 9])


def test_sensitivity_by_hand() -> None:
    found = odds_ratio_sensitivity(
        P, LABELS, order=ORDER, capacity=2, ratios=(0.25, 1.0, 4.0)
    )
    # Unlabelled are 12 (0.5: 0.2, 0.5, 0.8) and 14 (0.2: 1/17, 0.2, 0.5).
    twelve, fourteen = np.array([0.2, 0.5, 0.8]), np.array([1 / 17, 0.2, 0.5])
    assert found.index.tolist() == [0.25, 1.0, 4.0]
    assert found["actionable_share"].tolist() == pytest.approx(
        (1 + twelve + 0 + fourteen) / 4
    )
    assert found["precision"].tolist() == pytest.approx((1 + twelve) / 2)
    assert found["mean_probability"].tolist() == pytest.approx(
        (0.8 + twelve + 0.5 + fourteen) / 4
    )


def test_the_order_counts_and_not_the_place_in_the_table() -> None:
    found = odds_ratio_sensitivity(
        P, LABELS, order=pd.Index([14, 13]), capacity=2, ratios=(1.0,)
    )
    assert found["precision"].tolist() == pytest.approx([(0.2 + 0) / 2])


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.sampled_from([0.0, 1.0, None])),
        min_size=1,
        max_size=15,
    ),
    st.integers(1, 20),
)
@settings(max_examples=60, deadline=None)
def test_more_odds_never_give_less_and_stay_within_the_bounds(
    rows: list[tuple[float, float | None]], capacity: int
) -> None:
    p = pd.Series([chance for chance, _ in rows])
    labels = pd.Series([label for _, label in rows], dtype=float).dropna()
    found = odds_ratio_sensitivity(p, labels, order=p.index, capacity=capacity)
    assert (found.diff().iloc[1:] >= -1e-12).all(axis=None)
    assert found.loc[1.0, "mean_probability"] == pytest.approx(p.mean())
    bounds = precision_bounds(p.index, labels, capacity)
    assert found["precision"].between(bounds.low - 1e-12, bounds.high + 1e-12).all()


def test_where_all_is_known_nothing_is_sensitive() -> None:
    labels = pd.Series([1, 0, 0, 1], index=P.index)
    found = odds_ratio_sensitivity(P, labels, order=ORDER, capacity=2)
    assert found["actionable_share"].tolist() == [0.5] * 5
    assert found["precision"].tolist() == [0.5] * 5


def test_the_ratio_of_feedback_brings_the_true_share_back() -> None:
    """Of 1,000 actions 400 are told of, of 1,000 closures 100: odds of 600 to 900."""
    ratio = odds_ratio_of_feedback(0.4, 0.1)
    told = np.repeat([1.0, 0.0], [400, 100])
    p = pd.Series(told.mean(), index=pd.RangeIndex(2000))
    found = odds_ratio_sensitivity(
        p, pd.Series(told), order=p.index, capacity=1, ratios=(1.0, ratio)
    )
    assert found["actionable_share"].tolist() == pytest.approx([0.8, 0.5])


@pytest.mark.parametrize("shares", [(0.0, 0.5), (0.5, 1.0), (float("nan"), 0.5)])
def test_feedback_that_is_no_share_is_refused(shares: tuple[float, float]) -> None:
    with pytest.raises(SettingsError, match="above 0 and below 1"):
        odds_ratio_of_feedback(*shares)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        odds_ratio_sensitivity(
            pd.Series([1.25, 0.5], index=[1, 1]),
            pd.Series([2, 1], index=[1, 1]),
            order=pd.Index([5, 5]),
            capacity=0,
            ratios=(0.0, float("inf")),
        )
    said = str(caught.value)
    assert said.startswith("8 problems: the order names a report more than once")
    assert "2 reports of the order have no probability" in said
    assert "odds ratios must be finite and above 0" in said
    assert "1.25" not in said


def test_what_is_handed_in_stays_as_it_was() -> None:
    p, labels = P.copy(), LABELS.copy()
    odds_ratio_sensitivity(p, labels, order=ORDER, capacity=2)
    pd.testing.assert_series_equal(p, P)
    pd.testing.assert_series_equal(labels, LABELS)
