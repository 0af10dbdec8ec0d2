import numpy as np
import pandas as pd
import pytest

from prioritizer.errors import SettingsError
from prioritizer.evaluation import (
    bootstrap_metrics,
    expected_average_precision,
    expected_lift,
    expected_precision,
    expected_recall,
    interval,
    tied_groups,
)
from prioritizer.evaluation.bootstrap import METRICS, _batches, cases_of, copies_of

IDS = pd.Index(np.arange(500, 560), name="report_id")
RANDOM = np.random.default_rng(11)
LABELS = pd.Series((RANDOM.random(60) < 0.3).astype(int), index=IDS)
ORDERS = {
    "fine": pd.Series(RANDOM.random(60) + LABELS, index=IDS),
    "tied": pd.Series(RANDOM.integers(0, 4, 60) + LABELS, index=IDS),
    "constant": pd.Series(1.0, index=IDS),
}
CASES = pd.Series(RANDOM.integers(0, 25, 60), index=IDS)
WEIGHTS = pd.Series(RANDOM.choice([0.0, 0.4, 1.0, 2.5], 60), index=IDS)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("order", ORDERS)
def test_a_resample_is_the_metric_of_the_copied_rows(order, weights) -> None:
    drawn = bootstrap_metrics(
        ORDERS, LABELS, share=0.25, clusters=CASES, weights=weights, resamples=40
    )
    rows = np.ones(60) if weights is None else weights.to_numpy()
    codes = cases_of(CASES, IDS)
    copies = copies_of(codes.max() + 1, 40, seed=0)[:, codes]
    for place, copied in enumerate(copies):
        groups = tied_groups(ORDERS[order].to_numpy(), LABELS.to_numpy(), rows * copied)
        groups = type(groups)(groups.total, groups.positive, min(1.0, *rows[rows > 0]))
        worked = groups.weight * 0.25
        expected = {
            "average_precision": expected_average_precision(groups),
            "precision": expected_precision(groups, worked),
            "recall": expected_recall(groups, worked),
            "lift": expected_lift(groups, worked),
        }
        for metric in METRICS:
            found = drawn.of(order, metric)[place]
            assert found == pytest.approx(expected[metric], abs=1e-12)


def test_the_size_of_a_batch_does_not_matter() -> None:
    whole = copies_of(9, 20, seed=5)
    assert whole.shape == (20, 9)
    parts = np.concatenate(list(_batches(9, 20, 5, 7)))
    np.testing.assert_array_equal(parts, whole)


def test_copies_are_poisson_with_mean_one() -> None:
    copies = copies_of(1000, 200, seed=1)
    shares = [np.mean(copies == count) for count in (0, 1, 2)]
    assert shares == pytest.approx([0.3679, 0.3679, 0.1839], abs=0.004)


def test_the_order_of_rows_does_not_matter() -> None:
    shuffled = LABELS.sample(frac=1, random_state=3)
    for cases in (CASES, None):
        one = bootstrap_metrics(
            ORDERS, LABELS, share=0.2, clusters=cases, resamples=9, seed=4
        )
        other = bootstrap_metrics(
            ORDERS, shuffled, share=0.2, clusters=cases, resamples=9, seed=4
        )
        np.testing.assert_array_equal(one.values, other.values)


def test_another_seed_draws_others() -> None:
    one, other = (
        bootstrap_metrics(ORDERS, LABELS, share=0.2, resamples=9, seed=seed)
        for seed in (1, 2)
    )
    assert (one.of("tied", "precision") != other.of("tied", "precision")).all()


def test_orders_meet_the_same_draws() -> None:
    twins = {"one": ORDERS["fine"], "two": ORDERS["fine"] * 5 - 3}
    drawn = bootstrap_metrics(twins, LABELS, share=0.2, resamples=50)
    for metric in METRICS:
        assert (drawn.difference("one", "two", metric) == 0).all()


def test_the_spread_of_a_mean_is_its_standard_error() -> None:
    labels = pd.Series((np.arange(400) % 4 == 0).astype(int))
    constant = {"all": pd.Series(0.0, index=labels.index)}
    drawn = bootstrap_metrics(constant, labels, share=1.0, resamples=4000)
    expected = np.sqrt(0.25 * 0.75 / 400)
    assert drawn.of("all", "precision").std() == pytest.approx(expected, rel=0.05)


def test_reports_of_one_case_count_as_one() -> None:
    labels = pd.Series((np.arange(400) // 4 % 4 == 0).astype(int))
    constant = {"all": pd.Series(0.0, index=labels.index)}
    cases = pd.Series(np.arange(400) // 4)
    drawn = bootstrap_metrics(
        constant, labels, share=1.0, clusters=cases, resamples=4000
    )
    expected = np.sqrt(0.25 * 0.75 / 100)
    assert drawn.of("all", "precision").std() == pytest.approx(expected, rel=0.05)


def test_a_report_without_a_case_is_its_own() -> None:
    cases = pd.Series([7.0, np.nan, 7.0, np.nan], index=[1, 2, 3, 4])
    assert cases_of(cases, pd.Index([1, 2, 3, 4, 9])).tolist() == [0, 1, 0, 2, 3]


def test_a_resample_without_a_positive_is_left_out_of_the_interval() -> None:
    labels = pd.Series([1, 0, 0], index=[1, 2, 3])
    drawn = bootstrap_metrics(
        {"a": pd.Series([3.0, 2, 1], index=[1, 2, 3])}, labels, share=0.4
    )
    values = drawn.of("a", "average_precision")
    assert 0.2 < np.isnan(values).mean() < 0.5
    assert interval(values) == (1.0, 1.0)
    assert np.isnan(interval(np.full(3, np.nan))).all()


def test_all_problems_of_settings_are_listed() -> None:
    with pytest.raises(SettingsError, match=r"3 problems: the share.*resample.*seed"):
        bootstrap_metrics(ORDERS, LABELS, share=0.0, resamples=0, seed=-1)


def test_a_report_without_a_score_or_weight_is_refused() -> None:
    short = {"short": ORDERS["fine"].iloc[1:]}
    with pytest.raises(SettingsError, match="scores must be finite"):
        bootstrap_metrics(short, LABELS, share=0.2)
    with pytest.raises(SettingsError, match="weights must be finite and 0 or more"):
        bootstrap_metrics(ORDERS, LABELS, share=0.2, weights=WEIGHTS.iloc[1:])
