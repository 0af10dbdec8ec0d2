from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from prioritizer.errors import SettingsError
from prioritizer.evaluation import (
    TiedGroups,
    expected_average_precision,
    expected_lift,
    expected_precision,
    expected_recall,
    tied_groups,
)
from prioritizer.evaluation.ties import precision_gains, pure_gains

few_rows = st.lists(
    st.tuples(st.integers(0, 2), st.booleans(), st.integers(1, 2)),
    min_size=1,
    max_size=5,
).filter(lambda rows: any(row[1] for row in rows) and sum(row[2] for row in rows) <= 5)


def columns(rows):
    """Return scores, labels and copies of rows."""
    return (np.array(column, float) for column in zip(*rows, strict=True))


def allowed_orders(scores, labels) -> list[np.ndarray]:
    """Return the labels in every order that the scores allow."""
    return [
        labels[list(order)]
        for order in permutations(range(len(scores)))
        if all(scores[a] >= scores[b] for a, b in pairwise(order))
    ]


def average_precision(ranked: np.ndarray) -> float:
    precisions = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return float(precisions[ranked == 1].mean())


@settings(max_examples=50, deadline=None)
@given(rows=few_rows)
def test_average_precision_is_its_mean_over_all_orders_of_all_copies(rows) -> None:
    scores, labels, copies = columns(rows)
    each = np.repeat(np.arange(len(rows)), copies.astype(int))
    orders = allowed_orders(scores[each], labels[each])
    expected = np.mean([average_precision(ranked) for ranked in orders])
    found = expected_average_precision(tied_groups(scores, labels, copies))
    assert found == pytest.approx(expected, abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(rows=few_rows, capacity=st.integers(1, 6))
def test_precision_and_recall_are_their_means_over_all_orders(rows, capacity) -> None:
    scores, labels, copies = columns(rows)
    each = np.repeat(np.arange(len(rows)), copies.astype(int))
    worked = [
        ranked[:capacity] for ranked in allowed_orders(scores[each], labels[each])
    ]
    groups = tied_groups(scores, labels, copies)
    precision, recall = (
        expected_precision(groups, capacity),
        expected_recall(groups, capacity),
    )
    assert precision == pytest.approx(np.mean([part.mean() for part in worked]))
    total = (labels * copies).sum()
    assert recall == pytest.approx(np.mean([part.sum() for part in worked]) / total)
    assert expected_lift(groups, capacity) * groups.base_rate == pytest.approx(
        precision
    )


@pytest.mark.parametrize("rows", [2, 60, 5000])
def test_without_ties_it_is_that_of_scikit_learn(rows: int) -> None:
    random = np.random.default_rng(rows)
    scores, labels = random.permutation(rows).astype(float), np.arange(rows) % 2
    expected = average_precision_score(labels, scores)
    assert expected_average_precision(tied_groups(scores, labels)) == pytest.approx(
        expected, abs=1e-12
    )


def test_a_tied_block_is_not_read_as_a_whole_at_its_end() -> None:
    scores, labels = np.zeros(2), np.array([1.0, 0.0])
    assert average_precision_score(labels, scores) == 0.5
    assert expected_average_precision(tied_groups(scores, labels)) == 0.75


def test_by_hand_a_tie_of_three_behind_one() -> None:
    groups = tied_groups(np.array([9.0, 5, 5, 5]), np.array([0.0, 1, 1, 0]))
    # Places of the positives: 2 and 3, 2 and 4, 3 and 4.
    by_hand = np.mean([(1 / 2 + 2 / 3) / 2, (1 / 2 + 2 / 4) / 2, (1 / 3 + 2 / 4) / 2])
    assert expected_average_precision(groups) == pytest.approx(by_hand, abs=1e-15)
    assert expected_precision(groups, 2) == pytest.approx((2 / 3) / 2)
    assert expected_recall(groups, 2) == pytest.approx((2 / 3) / 2)
    assert expected_lift(groups, 2) == pytest.approx((1 / 3) / 0.5)


@settings(max_examples=50, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 4), st.booleans(), st.floats(1e-6, 1e4)),
        min_size=1,
        max_size=30,
    ).filter(lambda rows: any(label for _, label, _ in rows))
)
def test_any_weights_keep_it_between_its_bounds(rows) -> None:
    scores, labels, weights = columns(rows)
    groups = tied_groups(scores, labels, weights)
    best = expected_average_precision(tied_groups(labels, labels, weights))
    worst = expected_average_precision(tied_groups(-labels, labels, weights))
    found = expected_average_precision(groups)
    assert best == pytest.approx(1.0)
    assert worst - 1e-9 <= found <= 1.0 + 1e-9


def test_weights_of_nearly_one_are_nearly_no_weights() -> None:
    random = np.random.default_rng(2)
    scores, labels = random.integers(0, 90, 200).astype(float), random.random(200) < 0.3
    plain = expected_average_precision(tied_groups(scores, labels))
    for near in (1 + 1e-9, 1 - 1e-9):
        weighted = tied_groups(scores, labels, np.where(labels, near, 1.0))
        assert expected_average_precision(weighted) == pytest.approx(plain, abs=1e-7)


def test_small_weights_count_by_their_ratios() -> None:
    random = np.random.default_rng(3)
    scores, labels = random.random(50), random.random(50) < 0.4
    weights = random.uniform(0.1, 0.9, 50)
    one, other = (
        expected_average_precision(tied_groups(scores, labels, weights * unit))
        for unit in (1.0, 1e-7)
    )
    assert one == pytest.approx(other, abs=1e-9)


def test_a_perfect_order_is_perfect_to_the_last_digit() -> None:
    labels = np.arange(3000) % 3 == 0
    scores = labels * 5000.0 - np.arange(3000)
    assert expected_average_precision(tied_groups(scores, labels)) == 1.0


def test_rows_of_no_weight_are_not_there() -> None:
    scores, labels = np.array([3.0, 2.0, 1.0]), np.array([0.0, 1.0, 0.0])
    groups = tied_groups(scores, labels, np.array([0.0, 1.0, 2.0]))
    assert expected_average_precision(groups) == 1.0
    assert groups.total.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("before", [0, 7, 998, 999, 1000, 1001, 50000, 10**7])
@pytest.mark.parametrize("n", [1, 2, 30])
def test_near_and_far_terms_are_sums_over_places(before: int, n: int) -> None:
    p, found = (n + 1) // 2, before // 3
    rate = (p - 1) / (n - 1) if n > 1 else 0.0
    terms = [(found + 1 + (j - 1) * rate) / (before + j) for j in range(1, n + 1)]
    given_rows = [np.array([each], float) for each in (n, p, before, found)]
    gain = float(precision_gains(*given_rows)[0])
    assert gain == pytest.approx(p / n * sum(terms), rel=1e-11)


@settings(max_examples=50, deadline=None)
@given(n=st.floats(1, 50), before=st.floats(0, 3000), share=st.floats(0, 1))
def test_groups_of_positives_only_have_a_short_way(n, before, share) -> None:
    rows, earlier, found = (np.array([each]) for each in (n, before, before * share))
    expected = precision_gains(rows, rows, earlier, found)
    assert pure_gains(rows, earlier, found) == pytest.approx(expected, rel=1e-9)


def test_without_a_positive_only_precision_is_known() -> None:
    groups = tied_groups(np.array([1.0, 2.0]), np.zeros(2))
    assert expected_precision(groups, 1) == 0.0
    for metric in (expected_recall, expected_lift):
        assert np.isnan(metric(groups, 1))
    assert np.isnan(expected_average_precision(groups))


def test_more_than_there_is_cannot_be_worked() -> None:
    groups = TiedGroups(np.array([2.0]), np.array([1.0]))
    assert expected_precision(groups, 50) == 0.5
    assert expected_recall(groups, 50) == 1.0
    with pytest.raises(SettingsError, match="capacity is not above 0"):
        expected_precision(groups, float("nan"))


def test_all_problems_of_rows_are_listed() -> None:
    with pytest.raises(SettingsError, match=r"4 problems: .*length.*finite.*1 or 0.*w"):
        tied_groups(np.array([np.inf]), np.array([0.5, 1.0]), np.array([-1.0, 1.0]))
    with pytest.raises(SettingsError, match="must be a row with a weight above 0"):
        tied_groups(np.zeros(0), np.zeros(0))
