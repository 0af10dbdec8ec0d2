from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, rel_entr

from prioritizer.errors import ModelError
from prioritizer.model import load_model
from prioritizer.model.calibration import Calibration, calibrate
from tests.builders import stored_with, trained


def straight(raw):
    return 0.7 * raw - 1.0


def bent(raw):
    """Steep where scores are low, nearly level where they are high."""
    return np.where(raw > 0, 0.2 * raw, 1.5 * raw) - 0.5


def rows_of(truth, count: int, seed: int):
    random = np.random.default_rng(seed)
    raw = random.normal(size=count)
    return raw, (random.random(count) < expit(truth(raw))).astype(float)


def divergence(learned: Calibration, truth) -> float:
    """Return by how many nats a report the probabilities mislead."""
    raw = np.random.default_rng(99).normal(size=20_000)
    right, said = expit(truth(raw)), learned(raw)
    return float((rel_entr(right, said) + rel_entr(1 - right, 1 - said)).mean())


def test_calibration_is_right_on_average_and_keeps_order() -> None:
    raw, labels = rows_of(straight, 4000, 3)
    learned = calibrate(raw, labels)
    assert learned(raw).mean() == pytest.approx(labels.mean(), abs=0.005)
    slope, middle = learned.end_slope, learned.log_odds_of(np.zeros(1))[0]
    assert (slope, middle) == pytest.approx((0.7, -1.0), abs=0.15)


def test_few_labels_give_platt_s_line() -> None:
    # Two scores, 3 of 4 and 1 of 4 actionable: targets are 5/6 and 1/6, and so the
    # shares that the line meets are (3 * 5 + 1) / 24 and (5 + 3) / 24.
    raw = np.repeat([1.0, -1.0], 4)
    labels = np.array([1.0, 1, 1, 0, 1, 0, 0, 0])
    learned = calibrate(raw, labels)
    assert learned(np.array([1.0, -1.0])) == pytest.approx([16 / 24, 8 / 24], abs=1e-6)
    assert learned.end_slope == pytest.approx(np.log(2.0), abs=1e-6)
    assert learned.log_odds_of(np.array([5.0])) == pytest.approx([5 * np.log(2.0)])


def test_a_curve_is_straight_between_knots_and_beyond() -> None:
    knots = np.array([0.0, 1.0, 3.0])
    curve = Calibration(knots, np.array([-1.0, 1.0, 2.0]), 0.5)
    raw = np.array([-2.0, 0.0, 0.5, 1.0, 2.0, 3.0, 5.0])
    assert curve.log_odds_of(raw).tolist() == [-2.0, -1.0, 0.0, 1.0, 1.5, 2.0, 3.0]
    assert curve(raw) == pytest.approx(expit(curve.log_odds_of(raw)))


@pytest.mark.parametrize("count", [2000, 20_000])
def test_where_the_truth_bends_the_curve_beats_the_line(count: int) -> None:
    raw, labels = rows_of(bent, count, 5)
    curve = calibrate(raw, labels)
    few = calibrate(raw[:900], labels[:900])
    assert 5 < len(curve.raw) <= 64
    assert len(few.raw) == 2
    assert divergence(curve, bent) < 0.5 * divergence(few, bent)


@pytest.mark.parametrize("count", [300, 2000, 20_000])
def test_where_the_truth_is_straight_little_is_lost(count: int) -> None:
    lost = [
        divergence(calibrate(*rows_of(straight, count, n)), straight) for n in range(5)
    ]
    # A line has two parameters, which cost one nat for all rows together.
    assert np.mean(lost) < 3.0 / count


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(50, 3000),
    digits=st.integers(0, 6),
    truth=st.sampled_from([straight, bent]),
)
def test_the_curve_rises_everywhere_and_is_never_certain(seed, count, digits, truth):
    raw, labels = rows_of(truth, count, seed)
    learned = calibrate(raw.round(digits), labels)
    assert learned.problems() == []
    grid = np.linspace(-9, 9, 2001)
    assert (np.diff(learned.log_odds_of(grid)) > 0).all()
    p = learned(np.array([-1e9, *grid, 1e9]))
    assert 0 < p.min() <= p.max() < 1
    assert (np.diff(p) >= 0).all()


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_rounding_does_not_change_the_order_of_close_scores(data) -> None:
    raw, labels = rows_of(bent, 3000, data.draw(st.integers(0, 50)))
    learned = calibrate(raw, labels)
    near = np.concatenate([np.nextafter(learned.raw, np.inf), learned.raw])
    near = np.sort(np.concatenate([near, np.nextafter(learned.raw, -np.inf)]))
    assert (np.diff(learned.log_odds_of(near)) >= 0).all()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(100, 1500))
def test_a_weight_is_a_repetition(seed: int, count: int) -> None:
    raw, labels = rows_of(bent, count, seed)
    times = np.random.default_rng(seed).integers(0, 4, count)
    times[:2], labels[:2] = 1, [0.0, 1.0]
    weighted = calibrate(raw, labels, times.astype(float))
    repeated = calibrate(np.repeat(raw, times), np.repeat(labels, times))
    assert weighted.raw == pytest.approx(repeated.raw, abs=1e-9)
    assert weighted.log_odds == pytest.approx(repeated.log_odds, abs=1e-6)


def test_shares_that_fall_are_one_plateau() -> None:
    # Below 0 the share falls from 0.5 to 0.1 and above it is 0.9: order must stay.
    raw, labels = rows_of(lambda raw: np.where(raw > 0, 3, -3 * (raw + 1)), 20_000, 1)
    learned = calibrate(raw, labels)
    assert learned.problems() == []
    assert (learned.raw < -0.1).sum() <= 2


def test_calibration_needs_both_labels() -> None:
    for weights in (None, np.array([1.0, 1, 1, 1, 0])):
        labels = np.ones(5) if weights is None else np.array([1.0, 1, 1, 1, 0])
        with pytest.raises(ModelError, match="does not hold both labels"):
            calibrate(np.arange(5.0), labels, weights)


@pytest.mark.parametrize("raw", [np.linspace(-3, 3, 200), np.zeros(200)])
def test_calibration_refuses_an_order_upside_down_or_none(raw) -> None:
    labels = (np.linspace(-3, 3, 200) < 0).astype(float)
    with pytest.raises(ModelError, match="higher scores are actionable less often"):
        calibrate(raw, labels)


def test_what_is_no_number_is_refused_at_once() -> None:
    with pytest.raises(ModelError, match=r"2 problems: raw .* finite; weights are"):
        calibrate(np.array([0.0, np.nan]), np.array([0.0, 1]), np.array([1.0, -1]))


def test_a_curve_is_read_as_it_was_stored() -> None:
    learned = calibrate(*rows_of(bent, 3000, 2))
    again = Calibration.from_json(json.loads(json.dumps(learned.as_json())))
    raw = np.linspace(-5, 5, 1000)
    assert (again(raw) == learned(raw)).all()


KNOTS = {"raw": [0.0, 1.0], "log_odds": [0.0, 1.0], "end_slope": 1.0}
MANY = list(map(float, range(65)))
CURVES = [
    pytest.param({"log_odds": [1.0, 0.0]}, "keep the order", id="upside down"),
    pytest.param({"log_odds": [0.0, 0.0]}, "keep the order", id="flat"),
    pytest.param({"end_slope": 0.0}, "keep the order", id="flat ends"),
    pytest.param({"raw": [0.0, 0.0]}, "keep the order", id="one place"),
    pytest.param({"raw": [0.0, float("nan")]}, "keep the order", id="NaN"),
    pytest.param({"end_slope": float("inf")}, "keep the order", id="infinite"),
    pytest.param({"raw": [0.0], "log_odds": [0.0]}, "2 to 64 knots", id="one knot"),
    pytest.param({"raw": MANY, "log_odds": MANY}, "2 to 64 knots", id="too many"),
    pytest.param({"raw": [[0.0, 1.0]]}, "2 to 64 knots", id="nested"),
    pytest.param({"raw": MANY[:3]}, "without a value", id="missing"),
    pytest.param({"raw": ["low", "high"]}, "do not hold what they", id="words"),
]


@pytest.mark.parametrize(("change", "why"), CURVES)
def test_a_stored_curve_that_is_none_is_refused(change, why, tmp_path: Path) -> None:
    folder = Path(copytree(trained().folder, tmp_path / "m"))
    with pytest.raises(ModelError, match=why):
        load_model(stored_with(folder, "calibration.json", json.dumps(KNOTS | change)))
