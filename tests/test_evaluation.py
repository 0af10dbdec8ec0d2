from itertools import pairwise, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prioritizer.errors import SettingsError
from prioritizer.evaluation import compare_orders, precision_at


@given(
    rows=st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=1, max_size=6),
    capacity=st.integers(1, 7),
)
def test_a_tie_counts_by_its_mean_over_all_orders(rows, capacity) -> None:
    scores = np.array([score for score, _ in rows], float)
    labels = np.array([label for _, label in rows], float)
    orders = [
        order
        for order in permutations(range(len(rows)))
        if all(scores[a] >= scores[b] for a, b in pairwise(order))
    ]
    expected = np.mean([labels[list(order[:capacity])].mean() for order in orders])
    assert precision_at(scores, labels, capacity) == pytest.approx(expected, abs=1e-12)


def test_a_constant_score_gets_the_base_rate() -> None:
    labels = np.array([1.0, 0, 0, 1, 0])
    assert precision_at(np.zeros(5), labels, 2) == pytest.approx(0.4)


def test_orders_are_compared_on_the_same_reports() -> None:
    labels = pd.Series([1.0, 0.0, 1.0, 0.0], index=[1, 2, 3, 4])
    good = pd.Series([0.1, 0.9, 0.2, 0.8], index=[4, 1, 2, 3])
    bad = -good
    compared = compare_orders({"good": good, "bad": bad}, labels, 2)
    assert compared["precision"].to_dict() == {"good": 1.0, "bad": 0.0}
    assert compared["lift"].to_dict() == {"good": 2.0, "bad": 0.0}


def test_all_problems_of_a_ranking_are_listed() -> None:
    scores, labels = np.array([np.nan, 1.0]), np.array([0.0, 2.0])
    with pytest.raises(SettingsError, match=r"3 problems: .*finite.*1 or 0.*capacity"):
        precision_at(scores, labels, 0)
