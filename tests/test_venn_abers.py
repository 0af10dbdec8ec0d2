from __future__ import annotations

import json
import time
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.isotonic import IsotonicRegression

from prioritizer.errors import ModelError
from prioritizer.model import load_model
from prioritizer.model.venn_abers import VennAbers, venn_abers
from tests.builders import prepared_world, stored_with, trained


def by_brute_force(raw, labels, score: float, *, label: float, weights=None) -> float:
    """Return what isotonic regression says of a score that is added with a label."""
    worth = np.ones(len(raw)) if weights is None else weights
    fitted = IsotonicRegression().fit(
        np.append(raw, score), np.append(labels, label), np.append(worth, 1.0)
    )
    return float(fitted.predict([score])[0])


def same_as_brute_force(raw, labels, weights=None, given=None) -> None:
    learned = venn_abers(raw, labels, given)
    assert learned.problems() == []
    distinct = np.unique(raw)
    between = (distinct[1:] + distinct[:-1]) / 2
    asked = np.array([distinct[0] - 1, *distinct, *between, distinct[-1] + 1])
    low, high = learned(asked)
    for score, *ends in zip(asked, low, high, strict=True):
        zero, one = (
            by_brute_force(raw, labels, score, label=label, weights=weights)
            for label in (0.0, 1.0)
        )
        # Rounded outward, so never inside.
        assert ends[0] - 1e-9 <= zero < ends[0] + 1.01e-4
        assert ends[1] - 1.01e-4 < one <= ends[1] + 1e-9


def test_by_hand() -> None:
    # A row at 2 pools with neither, whatever its label; one at 0 or 1 with label 1
    # pools with the 0 at 1, and one at 3 or 4 with label 0 with the 1 at 3.
    learned = venn_abers(np.array([1.0, 3.0]), np.array([0.0, 1.0]))
    low, high = learned(np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
    assert low.tolist() == [0.0, 0.0, 0.0, 0.5, 0.5]
    assert high.tolist() == [0.5, 0.5, 1.0, 1.0, 1.0]


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.floats(-3, 3, width=16), st.integers(0, 1)),
        min_size=1,
        max_size=20,
    )
)
def test_both_ends_are_isotonic_regression_s(rows) -> None:
    raw, labels = np.array(rows, dtype=float).T
    same_as_brute_force(raw, labels)


@settings(max_examples=20, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 1)), min_size=1, max_size=30
    )
)
def test_ties_are_isotonic_regression_s_too(rows) -> None:
    raw, labels = np.array(rows, dtype=float).T
    same_as_brute_force(raw, labels)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_weights_count_as_equally_sure_rows(seed: int) -> None:
    random = np.random.default_rng(seed)
    raw = random.normal(size=15).round(1)
    labels = random.integers(0, 2, 15).astype(float)
    given = random.uniform(0.1, 5.0, 15)
    kish = given * given.sum() / (given @ given)
    same_as_brute_force(raw, labels, kish, given)


def test_equal_weights_change_nothing_and_rows_without_any_do_not_count() -> None:
    raw, labels = np.arange(6.0), np.array([0.0, 1, 0, 1, 1, 0])
    asked = np.linspace(-1, 6, 50)
    plain = venn_abers(raw[:5], labels[:5])(asked)
    for weight in (1.0, 7.0):
        worth = np.array([weight] * 5 + [0.0])
        assert np.array_equal(venn_abers(raw, labels, worth)(asked), plain)


def test_without_rows_nothing_is_known() -> None:
    low, high = venn_abers(np.array([]), np.array([]))(np.array([-1.0, 1.0]))
    assert (low.tolist(), high.tolist()) == ([0.0, 0.0], [1.0, 1.0])


def test_uneven_weights_widen_the_interval() -> None:
    random = np.random.default_rng(4)
    raw = random.normal(size=2000)
    labels = (random.random(2000) < expit(raw)).astype(float)
    uneven = venn_abers(raw, labels, random.lognormal(0.0, 1.5, 2000))
    widths = [
        np.subtract(*each(raw)[::-1]).mean()
        for each in (venn_abers(raw, labels), uneven)
    ]
    assert widths[1] > 1.5 * widths[0]


def test_one_of_the_ends_is_calibrated_on_exchangeable_rows() -> None:
    random = np.random.default_rng(8)
    raw = random.normal(size=40_000)
    labels = (random.random(40_000) < expit(1.5 * raw)).astype(float)
    said = [
        (end, label)
        for part in np.array_split(np.arange(40_000), 400)
        for low, high in [venn_abers(raw[part[:99]], labels[part[:99]])(raw[part[99:]])]
        for label in [labels[part[99]]]
        for end in [high[0] if label else low[0]]
    ]
    chosen, seen = np.array(said).T
    assert chosen.mean() == pytest.approx(seen.mean(), abs=0.04)


def test_many_rows_make_few_steps_in_little_time() -> None:
    random = np.random.default_rng(1)
    raw = random.normal(size=20_000)
    labels = (random.random(20_000) < expit(raw)).astype(float)
    begin = time.perf_counter()
    learned = venn_abers(raw, labels)
    assert time.perf_counter() - begin < 1.0
    assert len(json.dumps(learned.as_json())) < 20_000


def test_every_score_has_an_interval_that_holds_it() -> None:
    scores = trained().model.score(prepared_world().X)
    assert (scores["p_low"] <= scores["p"]).all()
    assert (scores["p"] <= scores["p_high"]).all()
    assert 0.01 < (scores["p_high"] - scores["p_low"]).mean() < 0.5


def test_an_interval_is_widened_where_the_probability_lies_outside() -> None:
    learned = VennAbers(*(np.array(each) for each in ([], [0.2], [], [0.4])))
    low, high = learned.around(np.zeros(3), np.array([0.1, 0.3, 0.9]))
    assert low.tolist() == [0.1, 0.2, 0.2]
    assert high.tolist() == [0.4, 0.4, 0.9]


STEPS = {"low_at": [0.0], "low": [0.1, 0.2], "high_at": [1.0], "high": [0.5, 0.6]}
ODD = [
    pytest.param({"low": [0.2, 0.1]}, "no rising steps", id="falling"),
    pytest.param({"low": [0.1, 1.5]}, "no rising steps", id="above 1"),
    pytest.param({"high": [0.5, float("nan")]}, "no rising steps", id="NaN"),
    pytest.param({"high": [0.5]}, "no rising steps", id="missing"),
    pytest.param({"low_at": [[0.0]]}, "no rising steps", id="nested"),
    pytest.param({"low_at": [float("inf")]}, "no rising steps", id="infinite"),
    pytest.param({"low": [0.1, 0.55]}, "end before they begin", id="crossing"),
    pytest.param({"low": None}, "do not hold what they|no rising", id="nothing"),
]


@pytest.mark.parametrize(("change", "why"), ODD)
def test_stored_steps_that_are_none_are_refused(change, why, tmp_path: Path) -> None:
    folder = Path(copytree(trained().folder, tmp_path / "m"))
    with pytest.raises(ModelError, match=why):
        load_model(stored_with(folder, "venn_abers.json", json.dumps(STEPS | change)))


def test_steps_are_read_as_they_were_stored() -> None:
    learned = venn_abers(np.arange(9.0), np.array([0.0, 1, 0, 0, 1, 1, 0, 1, 1]))
    again = VennAbers.from_json(json.loads(json.dumps(learned.as_json())))
    asked = np.linspace(-1, 10, 100)
    assert np.array_equal(again(asked), learned(asked))
